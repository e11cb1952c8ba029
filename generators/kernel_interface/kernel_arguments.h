#pragma once

#include <HalideRuntime.h>

#include <cstdint>
#include <span>
#include <vector>

#include "ops/signature/signature.h"

namespace nestwright {

// The arguments of one kernel call, laid out once so that the call itself costs nothing: a halide_buffer_t for each
// tensor, dense, innermost dimension first.
class KernelArguments {
 public:
  // `extents` stands in for a dynamic extent, by the dimension's name, for example {"block", 1}.
  struct DynamicExtent {
    const char* dimension;
    std::int32_t extent;
  };

  // Inputs, then outputs. `memory` has a place for each, which may be null for now; a scalar's is its value.
  KernelArguments(std::span<const TensorSpec> specs, std::span<void* const> memory,
                  std::span<const DynamicExtent> extents);

  // Moves an argument to other memory.
  void set_memory(std::size_t argument, void* memory);
  // Moves an argument to a device: a handle of its runtime.
  void set_device(std::size_t argument, std::uint64_t handle, const halide_device_interface_t* device);
  // Changes an extent; what lies outside that dimension keeps its stride.
  void set_extent(std::size_t argument, std::size_t dimension, std::int32_t extent);
  // Changes a dimension's stride, in elements.
  void set_stride(std::size_t argument, std::size_t dimension, std::int32_t stride);

  // What Kernel::call takes.
  void** pointers() { return pointers_.data(); }

 private:
  std::vector<halide_dimension_t> dimensions_;
  std::vector<halide_buffer_t> buffers_;
  std::vector<void*> pointers_;
};

}  // namespace nestwright
