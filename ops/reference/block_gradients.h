#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// The gradients of a layer's weights and of its biases.
using ParameterGradients = std::pair<Tensor, Tensor>;

// The gradients of a layer's parameters, for each block of `inputs`, whose outermost dimension must be blocks: those of
// the weights of `outputs` outputs, a row for each output, and those of the biases, which lie behind the weights
// (ops/signature/bias_place.h). `extents`: those of one block's part of the result, of which the last is the number of
// rows; the result has blocks as one dimension more. `gradients_of` gives both gradients for the inputs of one block.
// Throws Error if the biases don't fit into a row.
Tensor block_gradients(const Tensors& inputs, std::vector<std::int64_t> extents, std::int64_t outputs,
                       const std::function<ParameterGradients(Tensors one)>& gradients_of);

}  // namespace nestwright::reference
