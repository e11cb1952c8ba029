#include "model/graph/dependencies.h"

#include <algorithm>

namespace nestwright {
namespace {

// Memory that a node touches: bytes of the arena, or a tensor that lies elsewhere.
struct Touched {
  TensorId storage = 0;
  bool is_in_arena = false;
  std::size_t begin = 0, end = 0;
  bool is_written = false;
};

bool meet(const Touched& a, const Touched& b) {
  if (!a.is_in_arena || !b.is_in_arena) return a.storage == b.storage;
  return a.begin < b.end && b.begin < a.end;
}

// The memory that a node reads or writes. A view counts as the whole of its storage, because with several blocks of
// images the values of other views lie between its own.
std::vector<Touched> touched_by(const Graph& graph, const Node& node, const MemoryPlan& plan, const MemoryUnit& unit) {
  std::vector<Touched> all;
  const auto add = [&](TensorId id, bool is_written) {
    const TensorId storage = storage_of(graph, id);
    Touched touched = {.storage = storage, .is_written = is_written};
    if (plan.offsets[storage]) {
      touched.is_in_arena = true;
      touched.begin = *plan.offsets[storage];
      touched.end = touched.begin + static_cast<std::size_t>(size_in_bytes(graph.tensors[storage]) * unit.blocks);
    }
    all.push_back(touched);
  };
  for (const TensorId id : node.inputs) add(id, false);
  for (const TensorId id : node.outputs) add(id, true);
  return all;
}

bool conflict(const std::vector<Touched>& first, const std::vector<Touched>& second) {
  return std::ranges::any_of(first, [&](const Touched& a) {
    return std::ranges::any_of(second, [&](const Touched& b) { return (a.is_written || b.is_written) && meet(a, b); });
  });
}

}  // namespace

std::vector<std::vector<std::size_t>> dependencies_of(const Graph& graph, const MemoryPlan& plan,
                                                      const MemoryUnit& unit) {
  const std::size_t count = graph.nodes.size();
  std::vector<std::vector<Touched>> touched;
  for (const Node& node : graph.nodes) touched.push_back(touched_by(graph, node, plan, unit));
  std::vector<std::vector<std::size_t>> dependencies(count);
  // [node][earlier]: whether `node` waits for `earlier`, directly or by way of others.
  std::vector<std::vector<bool>> is_before(count, std::vector<bool>(count));
  for (std::size_t node = 0; node < count; ++node) {
    for (std::size_t earlier = node; earlier-- > 0;) {
      if (is_before[node][earlier] || !conflict(touched[earlier], touched[node])) continue;
      dependencies[node].push_back(earlier);
      is_before[node][earlier] = true;
      for (std::size_t i = 0; i < earlier; ++i) {
        if (is_before[earlier][i]) is_before[node][i] = true;
      }
    }
  }
  return dependencies;
}

}  // namespace nestwright
