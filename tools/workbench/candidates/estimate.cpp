#include "tools/workbench/candidates/estimate.h"

#include <algorithm>
#include <cmath>

#include "generators/scheduling/block_limits.h"
#include "tools/workbench/cost/ptxas.h"

namespace nestwright::bench {
namespace {

constexpr double multiprocessors = 132.0;  // of an H100
constexpr double issued_a_cycle = 4.0;     // instructions of a multiprocessor, one in each of its four parts
constexpr double cycles_of_load = 600.0;   // for a load from the second-level cache or beyond: a rough choice

const cost::Multiprocessor& hopper() { return cost::multiprocessor_of("sm_90"); }

double instructions_of_thread(const cost::GpuKernel& kernel) {
  const auto threads = static_cast<double>(kernel.thread_count() * kernel.block_count());
  double instructions = kernel.flops / 2.0 / threads;
  for (const cost::GpuAccess& access : kernel.accesses) {
    instructions += access.per_thread * (access.is_shared ? std::max(1.0, access.transactions) : 1.0);
  }
  return instructions;
}

double cycles_of(const cost::GpuKernel& kernel, std::int64_t registers) {
  const cost::Occupancy held = occupancy(hopper(), kernel.warps(), registers, kernel.shared_bytes);
  const auto warps = static_cast<double>(kernel.warps());
  const double at_once = std::max(1.0, held.share * static_cast<double>(hopper().warps) / warps);
  const double blocks = std::ceil(static_cast<double>(kernel.block_count()) / multiprocessors);
  return blocks * warps * instructions_of_thread(kernel) / issued_a_cycle +
         std::ceil(blocks / at_once) * kernel.load_rounds * cycles_of_load;
}

}  // namespace

bool fits_blocks(const std::vector<cost::GpuKernel>& kernels) {
  return std::ranges::all_of(kernels, [](const cost::GpuKernel& kernel) {
    return kernel.thread_count() <= most_block_threads && kernel.shared_bytes <= most_block_shared_bytes;
  });
}

double estimated_cycles(const std::vector<cost::GpuKernel>& kernels, std::int64_t registers) {
  double cycles = 0.0;
  for (const cost::GpuKernel& kernel : kernels) {
    if (kernel.is_launched) cycles += cycles_of(kernel, registers);
  }
  return cycles;
}

}  // namespace nestwright::bench
