#pragma once

#include <vector>

#include "tools/workbench/cost/cache.h"
#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// The traffic that the accesses to one buffer cause.
struct BufferTraffic {
  std::int64_t accesses = 0;         // loads and stores
  std::vector<std::int64_t> misses;  // of each cache level: how many of these accesses it missed
};

// The traffic of one call.
struct Walked {
  std::vector<Traffic> levels;         // of each cache
  std::vector<BufferTraffic> buffers;  // in the order of Nest::buffers
  std::int64_t loads = 0;
  std::int64_t stores = 0;
  std::int64_t bytes = 0;  // moved between registers and the first-level cache
};

// Goes through all iterations of two calls in order, and counts the second: the first has filled the caches, as when a
// kernel is called again and again on the same memory. Fills in `executions` of every body. Parallel loops are walked
// one iteration after another, as one thread executes them. Throws Error for a call of more than a thousand million
// accesses.
Walked walk(Nest& nest, const std::vector<CacheShape>& caches);

}  // namespace nestwright::cost
