#pragma once

#include "generators/kernel_interface/kernel.h"
#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

namespace nestwright {

enum class Memory {
  separate,  // every output in memory of its own
  in_place,  // outputs in the memory of the inputs that they may take the place of
};

// Calls `kernel` with float32 (or byte) copies of `inputs`; the outputs have the extents of `outputs`. Throws Error
// where the kernel reports one, or writes outside its outputs. Output elements that it leaves alone are NaN (bytes:
// 251).
reference::Tensors call_kernel(const Kernel& kernel, const reference::Tensors& inputs,
                               const reference::Tensors& outputs, Memory memory);

}  // namespace nestwright
