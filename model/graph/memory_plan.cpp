#include "model/graph/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace nestwright {
namespace {

// A tensor, or several that share memory in place, one after another.
struct Region {
  std::vector<TensorId> tensors;
  Lifetime lifetime;
  std::size_t bytes = 0;
  std::size_t offset = 0;
};

bool is_in_arena(const Graph& graph, TensorId id) {
  const Role role = graph.tensors[id].role;
  return role != Role::images && role != Role::parameter && role != Role::parameter_gradient &&
         role != Role::block_gradients;
}

std::size_t aligned_size(const Tensor& tensor, const MemoryUnit& unit) {
  const auto bytes = static_cast<std::size_t>(size_in_bytes(tensor) * unit.blocks);
  return (bytes + unit.alignment - 1) / unit.alignment * unit.alignment;
}

bool overlap(const Lifetime& a, const Lifetime& b) { return a.first <= b.last && b.first <= a.last; }

// Whether the node `index` may write `output` over `input`, two tensors that are no views.
bool may_replace(const Graph& graph, std::size_t index, TensorId input, TensorId output) {
  const Node& node = graph.nodes[index];
  const Signature& signature = find_signature(node.op);
  const std::vector<TensorSpec> inputs = signature.inputs(node.shape);
  const std::vector<TensorSpec> outputs = signature.outputs(node.shape);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (storage_of(graph, node.outputs[o]) != output) continue;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool is_named = !outputs[o].in_place_of.empty() && inputs[i].name == outputs[o].in_place_of;
      // Only that input may be the tensor that is overwritten.
      if (storage_of(graph, node.inputs[i]) == input && !is_named) return false;
    }
    return std::ranges::any_of(inputs, [&](const TensorSpec& spec) {
      const auto i = static_cast<std::size_t>(&spec - inputs.data());
      return spec.name == outputs[o].in_place_of && storage_of(graph, node.inputs[i]) == input;
    });
  }
  return false;
}

// Whether `next` may take over the memory of `previous`: the last node that reads that one may write `next` in place.
bool succeeds_in_place(const Graph& graph, const std::vector<Lifetime>& lifetimes, TensorId previous, TensorId next) {
  const std::ptrdiff_t node = lifetimes[next].first;
  if (node < 0 || lifetimes[previous].last != node || lifetimes[previous].first >= node) return false;
  return may_replace(graph, static_cast<std::size_t>(node), previous, next);
}

// The regions of all tensors in the arena, in the order in which their lives begin. Tensors that take over each other's
// memory in place form one region.
std::vector<Region> regions_of(const Graph& graph, const std::vector<Lifetime>& lifetimes, const MemoryUnit& unit) {
  std::vector<TensorId> order;
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    if (is_in_arena(graph, id) && storage_of(graph, id) == id) order.push_back(id);
  }
  std::ranges::stable_sort(order, {}, [&](TensorId id) { return lifetimes[id].first; });
  std::vector<Region> regions;
  for (const TensorId id : order) {
    const std::size_t bytes = aligned_size(graph.tensors[id], unit);
    const auto region = std::ranges::find_if(regions, [&](const Region& r) {
      return r.bytes == bytes && succeeds_in_place(graph, lifetimes, r.tensors.back(), id);
    });
    if (region == regions.end()) {
      regions.push_back({.tensors = {id}, .lifetime = lifetimes[id], .bytes = bytes});
    } else {
      region->tensors.push_back(id);
      region->lifetime.last = lifetimes[id].last;
    }
  }
  return regions;
}

// The offset of the tightest gap that `region` fits into among those of `placed` that live at the same time; the end of
// these when there is none.
std::size_t best_offset(const Region& region, const std::vector<Region>& placed) {
  std::vector<std::pair<std::size_t, std::size_t>> taken;  // begin, end
  for (const Region& other : placed) {
    if (overlap(region.lifetime, other.lifetime)) taken.emplace_back(other.offset, other.offset + other.bytes);
  }
  std::ranges::sort(taken);
  std::size_t end = 0;
  std::optional<std::pair<std::size_t, std::size_t>> best;  // size, offset
  for (const auto& [begin, next_end] : taken) {
    if (begin >= end + region.bytes && (!best || begin - end < best->first)) best = {begin - end, end};
    end = std::max(end, next_end);
  }
  return best ? best->second : end;
}

}  // namespace

std::vector<Lifetime> lifetimes_of(const Graph& graph) {
  const auto end = static_cast<std::ptrdiff_t>(graph.nodes.size());
  std::vector<Lifetime> lifetimes(graph.tensors.size(), {.first = end, .last = -1});
  const auto touch = [&](TensorId id, std::ptrdiff_t time) {
    Lifetime& lifetime = lifetimes[storage_of(graph, id)];
    lifetime.first = std::min(lifetime.first, time);
    lifetime.last = std::max(lifetime.last, time);
  };
  for (std::ptrdiff_t time = 0; time < end; ++time) {
    const Node& node = graph.nodes[static_cast<std::size_t>(time)];
    for (const TensorId id : node.inputs) touch(id, time);
    for (const TensorId id : node.outputs) touch(id, time);
  }
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const Role role = graph.tensors[id].role;
    if (role == Role::input) touch(id, -1);
    if (role == Role::input || role == Role::output) touch(id, end);
  }
  for (TensorId id = 0; id < graph.tensors.size(); ++id) lifetimes[id] = lifetimes[storage_of(graph, id)];
  return lifetimes;
}

MemoryPlan plan_memory(const Graph& graph, const MemoryUnit& unit) {
  std::vector<Region> regions = regions_of(graph, lifetimes_of(graph), unit);
  std::ranges::stable_sort(regions, std::ranges::greater{}, &Region::bytes);
  MemoryPlan plan;
  plan.offsets.resize(graph.tensors.size());
  std::vector<Region> placed;
  for (Region& region : regions) {
    region.offset = best_offset(region, placed);
    plan.planned_bytes = std::max(plan.planned_bytes, region.offset + region.bytes);
    plan.sum_of_all += region.bytes * region.tensors.size();
    for (const TensorId id : region.tensors) plan.offsets[id] = region.offset;
    placed.push_back(std::move(region));
  }
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const TensorId storage = storage_of(graph, id);
    if (storage == id || !plan.offsets[storage]) continue;
    plan.offsets[id] = plan.offsets[storage];
    for (TensorId view = id; view != storage; view = *graph.tensors[view].view_of) {
      const Tensor& tensor = graph.tensors[view];
      *plan.offsets[id] += static_cast<std::size_t>(tensor.view_offset) * size_in_bytes(tensor.type);
    }
  }
  return plan;
}

std::optional<std::pair<TensorId, TensorId>> find_overlap(const Graph& graph, const MemoryPlan& plan,
                                                          const MemoryUnit& unit) {
  const std::vector<Lifetime> lifetimes = lifetimes_of(graph);
  const auto end_of = [&](TensorId id) {
    return *plan.offsets[id] + static_cast<std::size_t>(size_in_bytes(graph.tensors[id]) * unit.blocks);
  };
  for (TensorId a = 0; a < graph.tensors.size(); ++a) {
    for (TensorId b = 0; b < graph.tensors.size(); ++b) {
      if (!plan.offsets[a] || !plan.offsets[b] || storage_of(graph, a) == storage_of(graph, b)) continue;
      if (*plan.offsets[a] >= end_of(b) || *plan.offsets[b] >= end_of(a)) continue;
      if (!overlap(lifetimes[a], lifetimes[b])) continue;
      const bool is_in_place = *plan.offsets[a] == *plan.offsets[b] &&
                               (succeeds_in_place(graph, lifetimes, storage_of(graph, a), storage_of(graph, b)) ||
                                succeeds_in_place(graph, lifetimes, storage_of(graph, b), storage_of(graph, a)));
      if (!is_in_place) return std::pair(a, b);
    }
  }
  return std::nullopt;
}

}  // namespace nestwright
