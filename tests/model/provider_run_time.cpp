#include "generators/jit/compile.h"
#include "tests/model/provider.h"

namespace nestwright {

// Kernels that are compiled at run time, with the unscheduled reference schedules.
const KernelProvider& tested_kernels() {
  static const jit::Provider provider(NESTWRIGHT_SCHEDULES_FOLDER, "reference");
  return provider;
}

// One way only: each further number of lanes takes seconds to compile.
std::vector<std::vector<LaneCost>> tested_lane_costs() { return {default_lane_costs()}; }

}  // namespace nestwright
