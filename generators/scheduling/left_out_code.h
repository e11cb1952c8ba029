#pragma once

#include <Halide.h>

#include <vector>

namespace nestwright {

// Throws Halide::CompileError where the lowered statement does not store what it is to compute. Halide 21 takes it that
// no load and no store is outside of its memory: code in which one is for sure, as where bound() states too few
// elements, it leaves out, and with it the assertions before it, which would have said so. A kernel that is empty for
// that reason returns as if all was well.
void require_nothing_left_out(const Halide::Internal::Stmt& statement, const std::vector<Halide::Func>& outputs);

}  // namespace nestwright
