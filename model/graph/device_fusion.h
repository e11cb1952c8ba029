#pragma once

#include "model/graph/graph.h"

namespace nestwright {

// What a GPU runs in one launch each, in a graph that fuse() has gone through:
//   load_images, conv2d_relu_max_pool2d, conv2d_relu_max_pool2d
//                                           -> feature_extractor, whose parts are views of its outputs
//   linear_relu, linear_relu, linear, softmax_cross_entropy, and the gradients back to the input
//                                           -> classifier_step, whose parts are views of its output
//   X_weight_gradient and X_bias_gradient   -> X_parameter_gradients, in role block_gradients
// Feature extractors and classifiers are taken in where their values for a group's images fit into the 48 KB of shared
// memory that a group of threads has; two gradients where the biases' fits into a row of the weights'
// (ops/signature/bias_place.h). Logits that only the loss reads are gone after it.
void fuse_for_device(Graph& graph);

}  // namespace nestwright
