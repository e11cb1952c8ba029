#include "model/graph/dead_code.h"

#include <algorithm>

namespace nestwright {
namespace {

bool is_visible(const Tensor& tensor) {
  return tensor.role == Role::output || tensor.role == Role::parameter_gradient || tensor.role == Role::block_gradients;
}

void remove_dead_nodes(Graph& graph) {
  std::vector<bool> is_needed(graph.tensors.size());
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    if (is_visible(graph.tensors[id])) is_needed[storage_of(graph, id)] = true;
  }
  std::vector<Node> live;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const bool is_live =
        std::ranges::any_of(node->outputs, [&](TensorId id) { return is_needed[storage_of(graph, id)]; });
    if (!is_live) continue;
    for (const TensorId id : node->inputs) is_needed[storage_of(graph, id)] = true;
    live.push_back(std::move(*node));
  }
  std::ranges::reverse(live);
  graph.nodes = std::move(live);
}

void remove_unused_tensors(Graph& graph) {
  std::vector<bool> is_used(graph.tensors.size());
  const auto use = [&](TensorId id) {
    is_used[id] = true;
    for (; graph.tensors[id].view_of; is_used[id] = true) id = *graph.tensors[id].view_of;
  };
  for (const Node& node : graph.nodes) {
    std::ranges::for_each(node.inputs, use);
    std::ranges::for_each(node.outputs, use);
  }
  // An output that the caller reads may be a view of the tensor that a node writes.
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    if (graph.tensors[id].role == Role::output && is_used[storage_of(graph, id)]) use(id);
  }
  std::vector<TensorId> new_ids(graph.tensors.size());
  std::vector<Tensor> kept;
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    new_ids[id] = kept.size();
    if (is_used[id]) kept.push_back(std::move(graph.tensors[id]));
  }
  const auto rename = [&](TensorId& id) { id = new_ids[id]; };
  for (Tensor& tensor : kept) {
    if (tensor.view_of) rename(*tensor.view_of);
  }
  for (Node& node : graph.nodes) {
    std::ranges::for_each(node.inputs, rename);
    std::ranges::for_each(node.outputs, rename);
  }
  graph.tensors = std::move(kept);
}

}  // namespace

void eliminate_dead_code(Graph& graph) {
  remove_dead_nodes(graph);
  remove_unused_tensors(graph);
}

}  // namespace nestwright
