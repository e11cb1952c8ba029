#pragma once

#include "generators/kernel_interface/kernel.h"
#include "generators/kernel_interface/kernel_arguments.h"

namespace nestwright {

// Gives the device a kernel's work. Throws Error that names the kernel when its module can't be loaded or the device
// does not take the work. It has failed if the kernel returns another code than 0, or if Halide's runtime reported an
// error (generators/kernel_interface/kernel_error.h): a kernel that is compiled without Halide's asserts returns 0
// whatever happens.
void launch(const Kernel& kernel, KernelArguments& arguments);

}  // namespace nestwright
