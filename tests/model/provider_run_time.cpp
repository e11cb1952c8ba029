#include "generators/jit/compile.h"
#include "tests/model/provider.h"

namespace nestwright {

// Compiled at run time, without any scheduling.
const KernelProvider& tested_kernels() {
  static const jit::Provider provider(NESTWRIGHT_SCHEDULES_FOLDER, "reference");
  return provider;
}

// Each further number of lanes costs seconds of compiling.
std::vector<std::vector<LaneCost>> tested_lane_costs() { return {default_lane_costs()}; }

}  // namespace nestwright
