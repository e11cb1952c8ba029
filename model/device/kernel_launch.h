#pragma once

#include "model/runtime/kernel.h"
#include "model/runtime/kernel_arguments.h"

namespace nestwright {

// Gives the device a kernel's work. Throws Error that names the kernel where the device does not take it: a kernel
// returns 0 even then, for it is compiled without Halide's asserts, but Halide's runtime says so
// (model/runtime/kernel_error.h).
void launch(const Kernel& kernel, KernelArguments& arguments);

}  // namespace nestwright
