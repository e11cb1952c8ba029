#pragma once

#include <functional>
#include <string>

#include "model/graph/graph.h"

namespace nestwright {

// Whether the device has a kernel for the operator at this (complete) shape: what a group of threads keeps in shared
// memory has to fit there.
using CanRun = std::function<bool(const std::string& op, const Shape& shape)>;

// Replaces load_images, conv2d_relu_max_pool2d and conv2d_relu_max_pool2d in a chain by one feature_extractor; the
// tensors that they wrote become views of its outputs. The convolutions must have square kernels, stride 1, no padding
// and no dilation. Changes nothing where the graph has no such chain, or the device can't run the feature_extractor.
void fuse_feature_extractor(Graph& graph, const CanRun& can_run);

// Replaces linear_relu, linear_relu, linear and softmax_cross_entropy in a chain, and their gradients back to the
// chain's input, by one classifier_step; the tensors that they wrote become views of its output. Only the loss may read
// the logits, which are no longer stored. Changes nothing where the graph has no such nodes, or the device can't run
// the classifier_step.
void fuse_classifier(Graph& graph, const CanRun& can_run);

// Replaces each layer's X_weight_gradient and X_bias_gradient by one X_parameter_gradients, whose output has the role
// block_gradients, where the gradient of the biases fits into a row of that of the weights
// (ops/signature/bias_place.h). X is linear or conv2d_max_pool2d.
void fuse_parameter_gradients(Graph& graph);

// Does all of the above to a graph that has been through fuse(), so that a GPU runs it in fewer launches.
void fuse_for_device(Graph& graph, const CanRun& can_run);

}  // namespace nestwright
