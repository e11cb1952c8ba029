#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// What one place in a GPU kernel reads or writes, of all accesses to a buffer that fall alike.
struct GpuAccess {
  std::string buffer;
  bool is_store = false;
  bool is_shared = false;   // shared memory, not global
  bool is_known = true;     // false: data decide where
  double per_thread = 0.0;  // how many a thread makes
  int distinct = 1;         // elements that the 32 threads of a warp ask for, together
  int element_bytes = 4;
  double transactions = 1.0;      // global: sectors of 32 bytes a warp; shared: passes that conflicting banks need
  double least_transactions = 1;  // with the same elements side by side
};

// One launch: blocks of threads.
struct GpuKernel {
  std::string name;  // the Func that it computes
  std::string loop;  // its outermost loop
  // False: it is of a specialization that this call does not meet.
  bool is_launched = true;
  std::array<std::int64_t, 3> blocks = {1, 1, 1};
  std::array<std::int64_t, 3> threads = {1, 1, 1};
  std::int64_t shared_bytes = 0;
  double flops = 0.0;  // of the whole launch
  // How often a thread, the first, waits for global memory: loads that no loop separates are under way together.
  double load_rounds = 0.0;
  std::vector<GpuAccess> accesses;

  std::int64_t block_count() const { return blocks[0] * blocks[1] * blocks[2]; }
  std::int64_t thread_count() const { return threads[0] * threads[1] * threads[2]; }
  std::int64_t warps() const { return (thread_count() + 31) / 32; }
  // Bytes between the multiprocessors and what is beyond their first-level cache, if that kept nothing.
  double global_bytes() const;
};

// The kernels of a nest of lower_for_gpu(), in the order of their launches, those of other calls' specializations among
// them. What an access costs is that of the first
// warp of the first block, in the first iteration of its loops: sectors of 32 bytes as CUDA's devices move them since
// compute capability 6.0, and 32 banks of 4 bytes ("CUDA C++ Best Practices Guide", 9.2.1 and 9.2.3).
std::vector<GpuKernel> gpu_kernels(Nest& nest);

}  // namespace nestwright::cost
