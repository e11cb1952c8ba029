#pragma once

#include <cstdint>
#include <vector>

#include "model/runtime/block_plan.h"

namespace nestwright {

// How a training step shares its blocks out. Each group accumulates its blocks' gradients, in order, into a vector of
// its own; the vectors are then added up in order. So the groups fix every rounding.
using BatchPlan = std::vector<std::vector<Block>>;  // [group]

// The most groups that a deterministic plan has. A choice: it bounds how many threads find work, and how many vectors
// of gradients are kept.
inline constexpr int deterministic_groups = 8;

// The plan for a batch of `batch_size` images: one group for each thread that finds work. If `deterministic`, there are
// up to deterministic_groups groups instead, whatever the number of threads, and the blocks are dealt to them one by
// one. Throws Error as plan_blocks() and spread_blocks() do.
BatchPlan plan_batch(std::int32_t batch_size, int threads, bool deterministic, const std::vector<LaneCost>& costs);

}  // namespace nestwright
