#pragma once

#include "generators/kernel_interface/kernel.h"
#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

namespace nestwright {

// Where a kernel's outputs lie.
enum class Memory {
  separate,  // every output has memory of its own
  in_place,  // an output that may share an input's memory (TensorSpec::in_place_of) does
};

// Calls `kernel` with copies of `inputs`, in the types of its signature, and gives its outputs, which have the extents
// of `outputs`. Elements that the kernel does not write are NaN (251 in outputs of bytes). Throws Error where the
// kernel reports an error, or writes outside its outputs.
reference::Tensors call_kernel(const Kernel& kernel, const reference::Tensors& inputs,
                               const reference::Tensors& outputs, Memory memory);

}  // namespace nestwright
