#pragma once

#include <string>

#include "generators/kernel_request.h"

namespace nestwright {

// What Nestwright adds to the header that Halide writes for the kernel `function` of `request`, compiled for `targets`
// (commas between them): a comment that says what each argument is and how it lies in memory, and the functions
// `function`_checked(), which calls the kernel with plain pointers, and `function`_check(), which checks a program's
// own buffers; both are made of kernel_interface/nestwright_checked_call.h. Throws Error for a request that is not
// valid and for a target that there is not.
std::string kernel_header(const std::string& function, const KernelRequest& request, const std::string& targets);

}  // namespace nestwright
