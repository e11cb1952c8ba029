#pragma once

#include <functional>

#include "generators/kernel_interface/kernel.h"
#include "ops/signature/call_size.h"

namespace nestwright {

// A call of the kernel in memory of its own, to be made again and again for timing. Inputs of type float32 are uniform
// in
// [-1, 1], all others are 0; an output that may share an input's memory does, as in training. The kernel must outlive
// the call, which throws Error when the kernel reports one.
std::function<void()> random_call(const Kernel& kernel, const CallSize& size);

}  // namespace nestwright
