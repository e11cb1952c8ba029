#include "model/graph/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "support/error.h"

namespace nestwright {
namespace {

constexpr std::int64_t most_bytes = std::numeric_limits<std::int32_t>::max();

bool contains(const Graph& graph, const std::vector<TensorId>& ids, TensorId id) {
  return std::ranges::any_of(ids, [&](TensorId other) { return storage_of(graph, other) == storage_of(graph, id); });
}

void check_arguments(const Graph& graph, const Node& node, const std::vector<TensorId>& ids,
                     const std::vector<TensorSpec>& specs, const char* kind) {
  if (ids.size() != specs.size()) {
    throw Error(node.layer, fmt::format("{} takes {} {}s, not {}", node.op, specs.size(), kind, ids.size()));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Tensor& tensor = graph.tensors.at(ids[i]);
    if (tensor.type == specs[i].type && element_count(tensor.dimensions) == element_count(specs[i].dimensions)) {
      continue;
    }
    throw Error(node.layer, fmt::format("'{}' of {} has {} values of another size or type than '{}' with {}",
                                        specs[i].name, node.op, element_count(specs[i].dimensions), tensor.name,
                                        element_count(tensor.dimensions)));
  }
}

std::vector<std::string> names_of(const Graph& graph, const std::vector<TensorId>& ids) {
  std::vector<std::string> names;
  for (const TensorId id : ids) names.push_back(graph.tensors[id].name);
  return names;
}

}  // namespace

std::int64_t element_count(const std::vector<Dimension>& dimensions) {
  std::int64_t count = 1;
  for (const Dimension& dimension : dimensions) {
    if (dimension.extent == dynamic_extent) continue;
    // Saturates where the size in bytes, up to 8 a value, could overflow: callers compare with bounds far below that.
    const bool overflows = count > std::numeric_limits<std::int64_t>::max() / 8 / dimension.extent;
    count = overflows ? std::numeric_limits<std::int64_t>::max() / 8 : count * dimension.extent;
  }
  return count;
}

std::int64_t size_in_bytes(const Tensor& tensor) {
  return element_count(tensor.dimensions) * static_cast<std::int64_t>(size_in_bytes(tensor.type));
}

std::vector<TensorSpec> argument_specs(const Node& node) {
  const Signature& signature = find_signature(node.op);
  std::vector<TensorSpec> specs = signature.inputs(node.shape);
  const std::vector<TensorSpec> outputs = signature.outputs(node.shape);
  specs.insert(specs.end(), outputs.begin(), outputs.end());
  return specs;
}

TensorId add_tensor(Graph& graph, Tensor tensor) {
  if (const std::int64_t bytes = size_in_bytes(tensor); bytes > most_bytes) {
    throw Error(tensor.name, fmt::format("takes {} bytes; a tensor has at most {}", bytes, most_bytes));
  }
  graph.tensors.push_back(std::move(tensor));
  return graph.tensors.size() - 1;
}

void add_node(Graph& graph, Node node) {
  const Signature& signature = find_signature(node.op);
  node.shape = complete_shape(signature, node.shape);
  check_arguments(graph, node, node.inputs, signature.inputs(node.shape), "input");
  check_arguments(graph, node, node.outputs, signature.outputs(node.shape), "output");
  graph.nodes.push_back(std::move(node));
}

TensorId storage_of(const Graph& graph, TensorId id) {
  while (graph.tensors[id].view_of) id = *graph.tensors[id].view_of;
  return id;
}

TensorId find_tensor(const Graph& graph, std::string_view name) {
  const auto found = std::ranges::find(graph.tensors, name, &Tensor::name);
  if (found == graph.tensors.end()) throw Error("graph", fmt::format("no tensor '{}'", name));
  return static_cast<TensorId>(found - graph.tensors.begin());
}

std::vector<std::size_t> readers_of(const Graph& graph, TensorId id) {
  std::vector<std::size_t> readers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (contains(graph, graph.nodes[i].inputs, id)) readers.push_back(i);
  }
  return readers;
}

std::optional<std::size_t> producer_of(const Graph& graph, TensorId id) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (contains(graph, graph.nodes[i].outputs, id)) return i;
  }
  return std::nullopt;
}

std::string to_string(const Graph& graph) {
  std::string text;
  for (const Node& node : graph.nodes) {
    text += fmt::format("{} {} ({}) -> {}\n", node.op, node.layer, fmt::join(names_of(graph, node.inputs), ", "),
                        fmt::join(names_of(graph, node.outputs), ", "));
  }
  return text;
}

}  // namespace nestwright
