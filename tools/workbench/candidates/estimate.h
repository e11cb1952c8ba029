#pragma once

#include <cstdint>
#include <vector>

#include "tools/workbench/cost/gpu_kernel.h"

namespace nestwright::bench {

// Whether the blocks of every kernel, launched by this call or not, have no more threads and shared memory than a GPU
// allows.
bool fits_blocks(const std::vector<cost::GpuKernel>& kernels);

// A rough estimate of how many cycles of an H100 the launched kernels take, good for ranking schedules only. Each
// multiprocessor issues four warps' instructions a cycle: a multiply-add, or an access, which counts as many times as
// its banks need passes. It holds as many blocks at once as `registers` a thread allow, and these wait together for
// each of their rounds of loads from global memory.
double estimated_cycles(const std::vector<cost::GpuKernel>& kernels, std::int64_t registers);

}  // namespace nestwright::bench
