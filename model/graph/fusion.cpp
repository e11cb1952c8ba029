#include "model/graph/fusion.h"

#include <algorithm>
#include <optional>
#include <string>

#include "model/graph/rewriting.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

using Chain = std::vector<std::size_t>;  // nodes, each the only reader of the one before

// The chain of `operators` that begins at node `first`.
std::optional<Chain> match(const Graph& graph, std::size_t first, const std::vector<std::string>& operators) {
  if (graph.nodes[first].op != operators[0]) return std::nullopt;
  Chain chain = {first};
  for (std::size_t i = 1; i < operators.size(); ++i) {
    const TensorId value = graph.nodes[chain.back()].outputs[0];
    const std::vector<std::size_t> readers = readers_of(graph, value);
    if (graph.tensors[storage_of(graph, value)].role == Role::output || readers.size() != 1) return std::nullopt;
    const Node& reader = graph.nodes[readers[0]];
    if (reader.op != operators[i] || storage_of(graph, reader.inputs[0]) != storage_of(graph, value)) {
      return std::nullopt;
    }
    chain.push_back(readers[0]);
  }
  return chain;
}

// Puts `fused` where the last node of the chain is; all that it reads is there by then.
void replace(Graph& graph, const Chain& chain, Node fused) {
  const Signature& signature = find_signature(fused.op);
  fused.shape = complete_shape(signature, fused.shape);
  graph.nodes[chain.back()] = std::move(fused);
  erase_nodes(graph, {chain.begin(), std::prev(chain.end())});
}

bool windows_tile(const Shape& pooling) {
  return pooling.at("stride") == pooling.at("window") && pooling.at("width") % pooling.at("window") == 0 &&
         pooling.at("height") % pooling.at("window") == 0;
}

bool fuse_convolution(Graph& graph, std::size_t first, const std::vector<std::string>& operators,
                      const std::string& fused_operator) {
  const std::optional<Chain> chain = match(graph, first, operators);
  if (!chain) return false;
  const Node& convolution = graph.nodes[first];
  const Node& pooling = graph.nodes[chain->back()];
  if (!windows_tile(pooling.shape)) return false;
  Shape shape = convolution.shape;
  shape.set("window", pooling.shape.at("window"));
  replace(graph, *chain,
          {.op = fused_operator,
           .shape = shape,
           .inputs = convolution.inputs,
           .outputs = pooling.outputs,
           .layer = convolution.layer});
  return true;
}

bool fuse_linear(Graph& graph, std::size_t first) {
  const std::optional<Chain> chain = match(graph, first, {"linear", "relu"});
  if (!chain) return false;
  const Node& linear = graph.nodes[first];
  replace(graph, *chain,
          {.op = "linear_relu",
           .shape = linear.shape,
           .inputs = linear.inputs,
           .outputs = graph.nodes[chain->back()].outputs,
           .layer = linear.layer});
  return true;
}

bool fuse_linear_gradient(Graph& graph, std::size_t first) {
  const std::optional<Chain> chain = match(graph, first, {"linear_input_gradient", "relu_gradient"});
  if (!chain) return false;
  const Node& linear = graph.nodes[first];
  const Node& relu = graph.nodes[chain->back()];
  replace(graph, *chain,
          {.op = "linear_input_gradient_relu_gradient",
           .shape = linear.shape,
           .inputs = {linear.inputs[0], linear.inputs[1], relu.inputs[1]},
           .outputs = relu.outputs,
           .layer = linear.layer});
  return true;
}

bool fuse_at(Graph& graph, std::size_t first) {
  return fuse_convolution(graph, first, {"conv2d", "relu", "max_pool2d"}, "conv2d_relu_max_pool2d") ||
         fuse_convolution(graph, first, {"conv2d", "max_pool2d"}, "conv2d_max_pool2d") || fuse_linear(graph, first) ||
         fuse_linear_gradient(graph, first);
}

}  // namespace

void fuse(Graph& graph) {
  for (std::size_t first = 0; first < graph.nodes.size();) {
    // Erasing nodes moves later ones to `first`; look there again.
    if (!fuse_at(graph, first)) ++first;
  }
}

}  // namespace nestwright
