#include "model/graph/rewriting.h"

#include <algorithm>
#include <functional>
#include <span>

namespace nestwright {

std::optional<std::size_t> producer_by(const Graph& graph, TensorId id, std::string_view op) {
  const std::optional<std::size_t> index = producer_of(graph, id);
  return index && graph.nodes[*index].op == op ? index : std::nullopt;
}

std::optional<std::size_t> find_node(const Graph& graph, std::string_view op, const std::vector<TensorId>& inputs) {
  const auto memory_of = [&](TensorId id) { return storage_of(graph, id); };
  const auto found = std::ranges::find_if(graph.nodes, [&](const Node& node) {
    return node.op == op && node.inputs.size() >= inputs.size() &&
           std::ranges::equal(inputs, std::span(node.inputs).first(inputs.size()), {}, memory_of, memory_of);
  });
  if (found == graph.nodes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - graph.nodes.begin());
}

TensorId add_tensor(Graph& graph, std::string name, const TensorSpec& spec, Role role) {
  return add_tensor(graph, {.name = std::move(name), .type = spec.type, .dimensions = spec.dimensions, .role = role});
}

void make_view(Graph& graph, TensorId id, TensorId storage, std::int64_t first) {
  graph.tensors[id].view_of = storage;
  graph.tensors[id].view_offset = first * graph.lanes;
}

void erase_nodes(Graph& graph, std::vector<std::size_t> indices) {
  std::ranges::sort(indices, std::ranges::greater{});
  for (const std::size_t index : indices) graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace nestwright
