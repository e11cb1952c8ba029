#include "generators/scheduling/call_extents.h"

#include <algorithm>

namespace nestwright {
namespace {

constexpr std::int64_t most_bytes = std::int64_t{1} << 30;

bool is_open(const Dimension& dimension) { return dimension.extent == dynamic_extent; }

std::int64_t extent_with(const Dimension& dimension, std::int64_t open) {
  return is_open(dimension) ? open : dimension.extent;
}

std::vector<std::int64_t> extents_of(const TensorSpec& spec, std::int64_t open) {
  std::vector<std::int64_t> extents;
  for (const Dimension& dimension : spec.dimensions) extents.push_back(extent_with(dimension, open));
  return extents;
}

std::vector<TensorSpec> tensors_of(const BoundAlgorithm& bound) {
  const Signature& signature = find_signature(bound.op);
  std::vector<TensorSpec> tensors = signature.outputs(bound.shape);
  const std::vector<TensorSpec> inputs = signature.inputs(bound.shape);
  tensors.insert(tensors.end(), inputs.begin(), inputs.end());
  std::erase_if(tensors, [](const TensorSpec& spec) { return spec.is_scalar(); });
  return tensors;
}

bool fits(const TensorSpec& spec, std::int64_t open) {
  auto room = most_bytes / static_cast<std::int64_t>(size_in_bytes(spec.type));
  for (const Dimension& dimension : spec.dimensions) room /= std::max<std::int64_t>(extent_with(dimension, open), 1);
  return room >= 1;
}

}  // namespace

Buffers buffers_of_call(const BoundAlgorithm& bound, std::int64_t open) {
  const Signature& signature = find_signature(bound.op);
  Buffers buffers;
  const std::vector<TensorSpec> inputs = signature.inputs(bound.shape), outputs = signature.outputs(bound.shape);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].is_scalar()) buffers[bound.inputs[i].second.name()] = extents_of(inputs[i], open);
  }
  std::size_t index = 0;
  for (const Halide::Func& output : bound.algorithm.outputs) {
    for (const Halide::OutputImageParam& buffer : output.output_buffers()) {
      buffers[buffer.name()] = extents_of(outputs.at(index++), open);
    }
  }
  return buffers;
}

std::string open_dimension(const BoundAlgorithm& bound) {
  for (const TensorSpec& spec : tensors_of(bound)) {
    const auto open = std::ranges::find_if(spec.dimensions, is_open);
    if (open != spec.dimensions.end()) return open->name;
  }
  return {};
}

std::int64_t largest_open_extent(const BoundAlgorithm& bound) {
  std::vector<TensorSpec> tensors = tensors_of(bound);
  std::erase_if(tensors, [](const TensorSpec& spec) { return std::ranges::none_of(spec.dimensions, is_open); });
  if (tensors.empty()) return 1;
  std::int64_t fitting = 1, too_many = most_bytes + 1;
  while (too_many - fitting > 1) {
    const std::int64_t middle = fitting + (too_many - fitting) / 2;
    const bool all_fit = std::ranges::all_of(tensors, [&](const TensorSpec& spec) { return fits(spec, middle); });
    (all_fit ? fitting : too_many) = middle;
  }
  return fitting;
}

}  // namespace nestwright
