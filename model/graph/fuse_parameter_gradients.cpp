#include <algorithm>
#include <array>

#include "model/graph/device_fusion.h"
#include "model/graph/rewriting.h"
#include "ops/signature/bias_place.h"

namespace nestwright {
namespace {

// The weights of a layer as a matrix with a row for each output.
struct WeightRows {
  std::int64_t weights_of_output, outputs;
};

WeightRows rows_of_linear(const Shape& s) { return {s.at("in_features"), s.at("out_features")}; }

WeightRows rows_of_convolution(const Shape& s) {
  return {s.at("kernel_width") * s.at("kernel_height") * s.at("in_channels"), s.at("out_channels")};
}

// The operators that compute the gradient of a layer's weights, that of its biases, and both at once. The last has the
// shape of the first, from which rows_of() takes the matrix of weights.
struct ParameterGradients {
  const char* weight_gradient;
  const char* bias_gradient;
  const char* fused;
  WeightRows (*rows_of)(const Shape& shape);
};

constexpr std::array parameter_gradients = {
    ParameterGradients{"linear_weight_gradient", "linear_bias_gradient", "linear_parameter_gradients", rows_of_linear},
    ParameterGradients{"conv2d_max_pool2d_weight_gradient", "conv2d_max_pool2d_bias_gradient",
                       "conv2d_max_pool2d_parameter_gradients", rows_of_convolution}};

// Makes the node `index` the gradient of the biases, too, if it is the gradient of weights and the two can be fused.
// Gives whether it did; then the biases' own node is erased.
bool fuse_gradients_at(Graph& graph, std::size_t index) {
  Node& weight = graph.nodes[index];
  const auto* const ops = std::ranges::find_if(
      parameter_gradients, [&](const ParameterGradients& each) { return weight.op == each.weight_gradient; });
  if (ops == parameter_gradients.end()) return false;
  const WeightRows rows = ops->rows_of(weight.shape);
  if (!has_bias_place(rows.weights_of_output, rows.outputs)) return false;
  // The inputs that the biases' gradient has in common with the weights': all but the first, the layer's input, and the
  // last, the gradient so far.
  const std::vector<TensorId> of_bias(weight.inputs.begin() + 1, weight.inputs.end() - 1);
  const auto bias = find_node(graph, ops->bias_gradient, of_bias);
  if (!bias) return false;
  Node fused = {.op = ops->fused,
                .shape = weight.shape,
                .inputs = {weight.inputs.begin(), weight.inputs.end() - 1},
                .outputs = weight.outputs,
                .layer = weight.layer};
  Tensor& gradients = graph.tensors[weight.outputs[0]];
  gradients.role = Role::block_gradients;
  gradients.dimensions = find_signature(fused.op).outputs(fused.shape).front().dimensions;
  weight = std::move(fused);
  erase_nodes(graph, {*bias});
  return true;
}

}  // namespace

void fuse_parameter_gradients(Graph& graph) {
  for (std::size_t index = 0; index < graph.nodes.size();) {
    // Where the erased node came before this one, the next one is at `index` now.
    if (!fuse_gradients_at(graph, index)) ++index;
  }
}

}  // namespace nestwright
