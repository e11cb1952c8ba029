#pragma once

#include "model/graph/graph.h"

// What fusions have in common: how they find the nodes of a pattern, and put one node in their place.
namespace nestwright {

// The node that writes the memory of `id` first, if its operator is `op`.
std::optional<std::size_t> producer_by(const Graph& graph, TensorId id, std::string_view op);

// The first node of `op` whose inputs begin with tensors of the same memory as `inputs`, in their order.
std::optional<std::size_t> find_node(const Graph& graph, std::string_view op, const std::vector<TensorId>& inputs);

// Adds a tensor of the type and the dimensions of `spec`.
TensorId add_tensor(Graph& graph, std::string name, const TensorSpec& spec, Role role);

// Makes the tensor `id` a view of `storage` that begins at the feature `first`; a feature has a value for each lane.
void make_view(Graph& graph, TensorId id, TensorId storage, std::int64_t first);

// Erases the nodes `indices`, of which each is given once, in any order.
void erase_nodes(Graph& graph, std::vector<std::size_t> indices);

}  // namespace nestwright
