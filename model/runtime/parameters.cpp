#include "model/runtime/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/checkpoint/checkpoint.h"
#include "model/data/random_stream.h"
#include "support/error.h"

namespace nestwright {
namespace {

// Keeps these streams apart from those that the synthetic digits and the order of the epochs are drawn from.
constexpr std::uint64_t first_stream = std::uint64_t{0x5057} << 48U;

bool is_bias(const Tensor& tensor) { return tensor.dimensions.size() == 1; }

std::span<float> part(const ParameterSlot& slot, std::span<float> values) {
  return values.subspan(static_cast<std::size_t>(slot.offset), static_cast<std::size_t>(slot.count));
}

}  // namespace

ParameterLayout parameter_layout(const Graph& graph) {
  ParameterLayout layout;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.role != Role::parameter) continue;
    ParameterSlot slot = {.name = tensor.name, .offset = layout.size, .count = element_count(tensor.dimensions)};
    for (auto dimension = tensor.dimensions.rbegin(); dimension != tensor.dimensions.rend(); ++dimension) {
      slot.shape.push_back(dimension->extent);
    }
    slot.fan_in = is_bias(tensor) ? layout.slots.back().fan_in : slot.count / slot.shape[0];
    layout.size += (slot.count + slot_alignment - 1) / slot_alignment * slot_alignment;
    layout.slots.push_back(std::move(slot));
  }
  return layout;
}

const ParameterSlot& slot_of(const Graph& graph, TensorId id, const ParameterLayout& layout) {
  std::string name = graph.tensors[id].name;
  if (graph.tensors[id].role != Role::parameter) name.resize(name.size() - std::string(".gradient").size());
  const auto slot = std::ranges::find(layout.slots, name, &ParameterSlot::name);
  if (slot == layout.slots.end()) throw Error("program", fmt::format("no parameter '{}'", name));
  return *slot;
}

std::vector<NamedTensor> named_tensors(const ParameterLayout& layout, std::span<const float> values,
                                       const std::string& prefix) {
  std::vector<NamedTensor> tensors;
  for (const ParameterSlot& slot : layout.slots) {
    const auto first = values.begin() + slot.offset;
    tensors.push_back({.name = prefix + slot.name, .shape = slot.shape, .values = {first, first + slot.count}});
  }
  return tensors;
}

void assign_tensors(const ParameterLayout& layout, std::span<float> values, const std::filesystem::path& path,
                    const std::vector<NamedTensor>& tensors, const std::string& prefix) {
  const std::vector<NamedTensor> matched = match_tensors(path, named_tensors(layout, values, prefix), tensors);
  for (std::size_t i = 0; i < matched.size(); ++i) {
    std::ranges::copy(matched[i].values, part(layout.slots[i], values).begin());
  }
}

void initialise(const ParameterLayout& layout, std::uint64_t seed, std::span<float> values) {
  for (std::size_t i = 0; i < layout.slots.size(); ++i) {
    RandomStream random(seed, first_stream + i);
    const float bound = 1.0F / std::sqrt(static_cast<float>(layout.slots[i].fan_in));
    for (float& value : part(layout.slots[i], values)) value = random.between(-bound, bound);
  }
}

Parameters::Parameters(ParameterLayout places)
    : layout(std::move(places)), values(static_cast<std::size_t>(layout.size)) {}

Parameters::Parameters(const Model& model, ImageSize size, std::uint64_t seed)
    : Parameters(parameter_layout(network_graph(model, size, 1, Purpose::prediction))) {
  initialise(layout, seed, values.values());
}

}  // namespace nestwright
