#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// The gradients of a layer's weights and of its biases.
using ParameterGradients = std::pair<Tensor, Tensor>;

// For each block of `inputs`, whose outermost dimension is blocks, the gradients of the weights of `outputs` outputs,
// in rows of an output, and those of the biases behind them (ops/signature/bias_place.h). `extents`: of one block's
// part of the result, rows outermost. `gradients_of` gives both for the inputs of one block.
Tensor block_gradients(const Tensors& inputs, std::vector<std::int64_t> extents, std::int64_t outputs,
                       const std::function<ParameterGradients(Tensors one)>& gradients_of);

}  // namespace nestwright::reference
