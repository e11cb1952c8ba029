#pragma once

#include <Halide.h>

namespace nestwright {

// Throws Halide::CompileError where all threads of a group load an element of a GPU's kernel that one of them stores
// before they are in step again. Halide 21 makes such kernels of a Tuple that threads share and that is updated outside
// of loops over them: it loads the old values first, in all threads, and lets the first one store. Whoever compiles for
// OpenCL may take it that nothing of this kind happens, and PoCL gives wrong values then.
void require_no_race(const Halide::Internal::Stmt& kernel);

}  // namespace nestwright
