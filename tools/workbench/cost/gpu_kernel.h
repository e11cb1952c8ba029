#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

inline constexpr std::int64_t warp_size = 32;  // threads of a warp

// Accesses of a GPU kernel to one buffer. Those of the same kind, which touch as many elements and need as many
// transactions, are counted together.
struct GpuAccess {
  std::string buffer;
  bool is_store = false;
  bool is_shared = false;   // shared memory, not global
  bool is_known = true;     // false where the index depends on data
  double per_thread = 0.0;  // how many of these accesses a thread makes
  int distinct = 1;         // distinct elements that the 32 threads of a warp ask for in one access
  int element_bytes = 4;
  // That one access of a warp needs: in global memory sectors of 32 bytes, in shared memory passes, of which there are
  // several where words lie in the same bank.
  double transactions = 1.0;
  double least_transactions = 1;  // that it would need if the same elements lay side by side
};

// One launch of a kernel: how many threads it has, and what they do.
struct GpuKernel {
  std::string name;  // of the Func that it computes
  std::string loop;  // its outermost loop
  // False where it belongs to a specialization whose condition this call does not meet.
  bool is_launched = true;
  std::array<std::int64_t, 3> blocks = {1, 1, 1};
  std::array<std::int64_t, 3> threads = {1, 1, 1};
  std::int64_t shared_bytes = 0;  // of a block
  double flops = 0.0;             // of the whole launch
  // How often the first thread waits for loads from global memory. Loads in the same loop body are under way together,
  // so each execution of a body with such loads counts as one round.
  double load_rounds = 0.0;
  std::vector<GpuAccess> accesses;

  std::int64_t block_count() const { return blocks[0] * blocks[1] * blocks[2]; }
  std::int64_t thread_count() const { return threads[0] * threads[1] * threads[2]; }
  // Warps of a block.
  std::int64_t warps() const { return (thread_count() + warp_size - 1) / warp_size; }
  // Bytes that the launch would move between the multiprocessors and the second-level cache if the first-level caches
  // kept nothing.
  double global_bytes() const;
};

// The kernels of a nest that lower_for_gpu() made and assign_registers() has gone over, in the order of their launches,
// those that this call does not launch among them. The transactions of an access are those of the first warp of the
// first block, in the first iteration of its loops: sectors of 32 bytes as CUDA's devices move them since compute
// capability 6.0, and 32 banks of 4 bytes ("CUDA C++ Best Practices Guide", 9.2.1 and 9.2.3).
std::vector<GpuKernel> gpu_kernels(Nest& nest);

}  // namespace nestwright::cost
