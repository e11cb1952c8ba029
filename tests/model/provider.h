#pragma once

#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "model/runtime/block_plan.h"

namespace nestwright {

// The kernels that the tests of whole networks run with. Each program of such tests links one implementation of this
// header: kernels made ahead of time, or compiled at run time.
const KernelProvider& tested_kernels();

// The ways of splitting batches into blocks that are worth testing with these kernels, each as the costs of block
// sizes.
std::vector<std::vector<LaneCost>> tested_lane_costs();

}  // namespace nestwright
