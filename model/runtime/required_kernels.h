#pragma once

#include <string>
#include <vector>

#include "model/graph/network_graph.h"

namespace nestwright {

// The images of a block on a device: as many as a warp has threads.
inline constexpr std::int64_t device_lanes = 32;

// A kernel that a program needs.
struct RequiredKernel {
  std::string op;
  Shape shape;  // complete

  friend bool operator==(const RequiredKernel&, const RequiredKernel&) = default;
};

// All kernels that train, test and run the model in blocks of these numbers of lanes, each once, in the order of
// their use, and those of every optimiser.
std::vector<RequiredKernel> required_kernels(const Model& model, ImageSize size,
                                             const std::vector<std::int64_t>& lanes = {16, 8, 1});

// The same on a device, which takes blocks of 32 images, and can run what `can_run` says of fused operators.
std::vector<RequiredKernel> required_device_kernels(const Model& model, ImageSize size, const CanRun& can_run);

}  // namespace nestwright
