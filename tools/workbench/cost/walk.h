#pragma once

#include <vector>

#include "tools/workbench/cost/cache.h"
#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Accesses of one buffer, and lines that each cache level missed for it.
struct BufferTraffic {
  std::int64_t accesses = 0;
  std::vector<std::int64_t> misses;
};

struct Walked {
  std::vector<Traffic> levels;
  std::vector<BufferTraffic> buffers;
  std::int64_t loads = 0;
  std::int64_t stores = 0;
  std::int64_t bytes = 0;  // between registers and the first level
};

// Goes through all iterations of one call in order, after one that has filled the caches: what each level misses when a
// kernel is called again and again on the same memory. Fills in every body's `executions`. Loops that run in parallel
// are walked one iteration after another, as one thread does. Throws Error for a nest of more than a thousand million
// accesses.
Walked walk(Nest& nest, const std::vector<CacheShape>& caches);

}  // namespace nestwright::cost
