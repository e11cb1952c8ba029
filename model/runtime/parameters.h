#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/graph/graph.h"
#include "model/graph/network_graph.h"
#include "support/aligned_memory.h"

namespace nestwright {

// Where one parameter lies in the network's flat vector.
struct ParameterSlot {
  std::string name;                 // "conv1.weight"
  std::vector<std::int64_t> shape;  // as PyTorch writes it, outermost first: {6, 1, 5, 5}
  std::int64_t offset = 0;          // from the vector's start, in values
  std::int64_t count = 0;           // of its values
  std::int64_t fan_in = 0;          // the values that one output is summed over; a bias has that of its weight
};

// All parameters of a network in one flat vector, in the order of the layers. What lies between slots is zero, and
// stays so under every optimiser.
struct ParameterLayout {
  std::vector<ParameterSlot> slots;
  std::int64_t size = 0;  // of the vector in values, gaps between slots included

  std::size_t bytes() const { return static_cast<std::size_t>(size) * sizeof(float); }
};

// Values in a cache line, on which each slot begins.
inline constexpr std::int64_t slot_alignment = 16;

// The layout of the parameters in `graph`. A network's graphs all have the same, whatever their purpose and lanes.
ParameterLayout parameter_layout(const Graph& graph);

// The slot of the parameter that the tensor `id` is, or whose gradient it is. Throws Error when the layout has none.
const ParameterSlot& slot_of(const Graph& graph, TensorId id, const ParameterLayout& layout);

// Copies of the tensors that lie in `values` by `layout`, each called `prefix` + the parameter's name.
std::vector<NamedTensor> named_tensors(const ParameterLayout& layout, std::span<const float> values,
                                       const std::string& prefix = "");

// The inverse of named_tensors(): copies `tensors` to `values`. Throws Error (where: `path`) unless they are those of
// the layout, in any order.
void assign_tensors(const ParameterLayout& layout, std::span<float> values, const std::filesystem::path& path,
                    const std::vector<NamedTensor>& tensors, const std::string& prefix = "");

// The weights and biases of a network.
struct Parameters {
  // Parameters that are all zero.
  explicit Parameters(ParameterLayout places);
  // The parameters of a model on images of this size, initialised from `seed`.
  Parameters(const Model& model, ImageSize size, std::uint64_t seed);

  std::vector<NamedTensor> tensors() const { return named_tensors(layout, values.values()); }

  ParameterLayout layout;
  AlignedFloats values;
};

// Fills `values` as PyTorch does by default for Conv2d and Linear: weights and biases uniform in +-1 / sqrt(fan_in),
// which is what kaiming_uniform_(a = sqrt(5)) comes down to (He, Zhang, Ren and Sun, "Delving deep into rectifiers",
// 2015). The numbers depend on nothing but the seed and the parameter's place.
void initialise(const ParameterLayout& layout, std::uint64_t seed, std::span<float> values);

}  // namespace nestwright
