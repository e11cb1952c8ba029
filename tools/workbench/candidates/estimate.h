#pragma once

#include <cstdint>
#include <vector>

#include "tools/workbench/cost/gpu_kernel.h"

namespace nestwright::bench {

// Whether the blocks of every launch, met by a call or not, are as small as they have to be.
bool fits_blocks(const std::vector<cost::GpuKernel>& kernels);

// A guess of the launches' time in cycles of an H100, to rank schedules by, no more: a multiprocessor issues four
// warps' instructions a cycle (a multiply-add, or an access with the passes that its banks need), and its blocks, as
// many at once as it can hold with `registers` a thread, wait for each of their rounds of loads from global memory.
double estimated_cycles(const std::vector<cost::GpuKernel>& kernels, std::int64_t registers);

}  // namespace nestwright::bench
