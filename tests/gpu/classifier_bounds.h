#pragma once

#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

namespace nestwright {

// The outputs of softmax_cross_entropy and classifier_step by float64 loops, as tensors in blocks. Their error bounds
// are those of a library that computes the logarithm of softmax first, and the gradient from that logarithm.
reference::Tensors softmax_cross_entropy_bounds(const Shape& shape, const reference::Tensors& inputs);
reference::Tensors classifier_step_bounds(const Shape& shape, const reference::Tensors& inputs);

// `values` with larger error bounds: so large that exp(x) may be as wrong as by NVIDIA's fast exponential, __expf(x),
// which is off by at most 2 + |1.173 x| units in the last place (CUDA C++ Programming Guide, "Intrinsic Functions"). It
// is not documented which exponential cuDNN uses.
reference::Tensor with_fast_exponential(reference::Tensor values);

}  // namespace nestwright
