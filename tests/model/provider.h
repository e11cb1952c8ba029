#pragma once

#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "model/runtime/block_plan.h"

namespace nestwright {

// The kernels that a program of network tests runs with; each such program links one implementation of this.
const KernelProvider& tested_kernels();

// The ways of splitting batches into blocks that are worth testing with them.
std::vector<std::vector<LaneCost>> tested_lane_costs();

}  // namespace nestwright
