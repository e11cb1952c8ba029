#include "generators/generated_kernels.h"
#include "generators/kernel_interface/registry.h"
#include "model/runtime/halide_on_openmp.h"
#include "tests/model/provider.h"

namespace nestwright {

// The kernels that the build generates, which training uses.
const KernelProvider& tested_kernels() {
  static const KernelRegistry registry = [] {
    run_halide_on_openmp();
    KernelRegistry kernels;
    register_generated_kernels(kernels);
    return kernels;
  }();
  return registry;
}

std::vector<std::vector<LaneCost>> tested_lane_costs() { return {default_lane_costs(), {{16, 1}}, {{8, 1}}, {{1, 1}}}; }

}  // namespace nestwright
