#pragma once

#include <string>
#include <vector>

#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

namespace nestwright {

// The operators that onednn_evaluate() knows.
const std::vector<std::string>& onednn_operators();

// The outputs of `op` by oneDNN on the CPU, in float32, from and to Nestwright's layouts. A max_pool2d_gradient takes
// "input" too, from which oneDNN finds the places of the maxima again. Throws dnnl::error.
reference::Tensors onednn_evaluate(const std::string& op, const Shape& shape, const reference::Tensors& inputs);

}  // namespace nestwright
