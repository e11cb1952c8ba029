#pragma once

#include <functional>
#include <string>

#include "model/graph/graph.h"

namespace nestwright {

// Whether the device has a kernel for the operator at this (complete) shape: what a group of threads keeps in shared
// memory has to fit there.
using CanRun = std::function<bool(const std::string& op, const Shape& shape)>;

// load_images, conv2d_relu_max_pool2d, conv2d_relu_max_pool2d become one feature_extractor, whose parts are views of
// its outputs. Convolutions have to be as it has them: square, with one pixel from window to window, nothing around the
// input. Nothing is changed where the graph has no such nodes, or the device can't run what they would become.
void fuse_feature_extractor(Graph& graph, const CanRun& can_run);

// linear_relu, linear_relu, linear, softmax_cross_entropy, and the gradients back to the input become one
// classifier_step, whose parts are views of its output. Logits that only the loss reads are gone after it. Nothing is
// changed where the graph has no such nodes, or the device can't run what they would become.
void fuse_classifier(Graph& graph, const CanRun& can_run);

// Each layer's X_weight_gradient and X_bias_gradient become X_parameter_gradients, in role block_gradients, where the
// biases' fits into a row of the weights' (ops/signature/bias_place.h). X is linear or conv2d_max_pool2d.
void fuse_parameter_gradients(Graph& graph);

// What a GPU runs in one launch each, in a graph that fuse() has gone through: all of the above.
void fuse_for_device(Graph& graph, const CanRun& can_run);

}  // namespace nestwright
