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
  // What to put in for a dynamic extent: the dimension's name and its extent, for example {"block", 1}.
  struct DynamicExtent {
    const char* dimension;
    std::int32_t extent;
  };

  // `specs`: the inputs, then the outputs. `memory` has a pointer for each: to a tensor's first element (null, if
  // set_memory() gives it later), or to a scalar's value. Throws Error if `extents` lacks a dynamic dimension of a
  // tensor.
  KernelArguments(std::span<const TensorSpec> specs, std::span<void* const> memory,
                  std::span<const DynamicExtent> extents);

  // Makes argument number `argument` lie in other memory of the host.
  void set_memory(std::size_t argument, void* memory);
  // Makes a tensor lie in the memory of `device`, whose runtime knows it by `handle`.
  void set_device(std::size_t argument, std::uint64_t handle, const halide_device_interface_t* device);
  // Changes the extent of a tensor's dimension; all strides stay what they are.
  void set_extent(std::size_t argument, std::size_t dimension, std::int32_t extent);
  // Changes the stride of a tensor's dimension, in elements.
  void set_stride(std::size_t argument, std::size_t dimension, std::int32_t stride);

  // The argument of Kernel::call.
  void** pointers() { return pointers_.data(); }

 private:
  std::vector<halide_dimension_t> dimensions_;
  std::vector<halide_buffer_t> buffers_;
  std::vector<void*> pointers_;
};

}  // namespace nestwright
