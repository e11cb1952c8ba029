#pragma once

#include "model/graph/graph.h"

namespace nestwright {

// Replaces chains of nodes whose values in between nothing else uses by one node that never stores them:
//   conv2d, relu, max_pool2d              -> conv2d_relu_max_pool2d
//   conv2d, max_pool2d                    -> conv2d_max_pool2d
//   linear, relu                          -> linear_relu
//   linear_input_gradient, relu_gradient  -> linear_input_gradient_relu_gradient
// Pooling is taken in only where its windows tile the convolution's output: stride = window, nothing left over.
//
// Run before differentiate(), whose rules for the fused operators need not keep the values in between, and again
// after it, for the last form.
void fuse(Graph& graph);

}  // namespace nestwright
