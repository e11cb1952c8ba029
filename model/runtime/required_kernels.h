#pragma once

#include <string>
#include <vector>

#include "model/graph/network_graph.h"

namespace nestwright {

// A kernel that a program needs.
struct RequiredKernel {
  std::string op;
  Shape shape;  // complete

  friend bool operator==(const RequiredKernel&, const RequiredKernel&) = default;
};

// All kernels that it takes to train, test and run the model in blocks of these numbers of lanes, each once, in the
// order of their use, and then those of every optimiser.
std::vector<RequiredKernel> required_kernels(const Model& model, ImageSize size,
                                             const std::vector<std::int64_t>& lanes = {16, 8, 1});

// The same for a device, whose blocks have device_lanes images. `can_run` says which fused operators the device can
// run.
std::vector<RequiredKernel> required_device_kernels(const Model& model, ImageSize size, const CanRun& can_run);

}  // namespace nestwright
