#include "generators/kernel_interface/kernel_arguments.h"

#include <algorithm>
#include <string_view>

#include "support/error.h"

namespace nestwright {
namespace {

halide_type_t halide_type(DataType type) {
  switch (type) {
    case DataType::float32:
      return {halide_type_float, 32};
    case DataType::uint8:
      return {halide_type_uint, 8};
    case DataType::int32:
      return {halide_type_int, 32};
  }
  return {};
}

std::int32_t extent_of(const Dimension& dimension, std::span<const KernelArguments::DynamicExtent> extents) {
  if (dimension.extent != dynamic_extent) return static_cast<std::int32_t>(dimension.extent);
  const auto known = std::ranges::find_if(
      extents, [&](const auto& extent) { return std::string_view(extent.dimension) == dimension.name; });
  if (known == extents.end()) throw Error("kernel", "the extent of '" + dimension.name + "' is not known");
  return known->extent;
}

}  // namespace

KernelArguments::KernelArguments(std::span<const TensorSpec> specs, std::span<void* const> memory,
                                 std::span<const DynamicExtent> extents) {
  std::size_t dimension_count = 0;
  for (const TensorSpec& spec : specs) dimension_count += spec.dimensions.size();
  // No reallocation from here on: the buffers point into dimensions_, and pointers_ into buffers_.
  dimensions_.reserve(dimension_count);
  buffers_.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    halide_dimension_t* const first = dimensions_.data() + dimensions_.size();
    std::int32_t stride = 1;
    for (const Dimension& dimension : specs[i].dimensions) {
      const std::int32_t extent = extent_of(dimension, extents);
      dimensions_.push_back({0, extent, stride});
      stride *= extent;
    }
    halide_buffer_t buffer = {};
    buffer.host = static_cast<std::uint8_t*>(memory[i]);
    buffer.type = halide_type(specs[i].type);
    buffer.dimensions = static_cast<std::int32_t>(specs[i].dimensions.size());
    buffer.dim = first;
    buffers_.push_back(buffer);
    pointers_.push_back(specs[i].is_scalar() ? memory[i] : &buffers_.back());
  }
}

void KernelArguments::set_memory(std::size_t argument, void* memory) {
  if (buffers_[argument].dimensions == 0) {
    pointers_[argument] = memory;
  } else {
    buffers_[argument].host = static_cast<std::uint8_t*>(memory);
  }
}

void KernelArguments::set_device(std::size_t argument, std::uint64_t handle, const halide_device_interface_t* device) {
  buffers_[argument].device = handle;
  buffers_[argument].device_interface = device;
}

void KernelArguments::set_extent(std::size_t argument, std::size_t dimension, std::int32_t extent) {
  buffers_[argument].dim[dimension].extent = extent;
}

void KernelArguments::set_stride(std::size_t argument, std::size_t dimension, std::int32_t stride) {
  buffers_[argument].dim[dimension].stride = stride;
}

}  // namespace nestwright
