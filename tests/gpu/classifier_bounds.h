#pragma once

#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

namespace nestwright {

// softmax_cross_entropy, and classifier_step, by float64 loops, in blocks, with the error bound of a library that
// computes log softmax and takes its gradient from that.
reference::Tensors softmax_cross_entropy_bounds(const Shape& shape, const reference::Tensors& inputs);
reference::Tensors classifier_step_bounds(const Shape& shape, const reference::Tensors& inputs);

// As if each were off by what has the effect on exp(x) that NVIDIA's fast exponential, __expf(x), has: at most 2 +
// |1.173 x| units in the last place (CUDA C++ Programming Guide, "Intrinsic Functions"). What cuDNN takes is not
// documented.
reference::Tensor with_fast_exponential(reference::Tensor values);

}  // namespace nestwright
