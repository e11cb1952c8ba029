#pragma once

#include <cstdint>
#include <vector>

#include "model/runtime/block_plan.h"

namespace nestwright {

// How a training step shares its blocks out. Each group accumulates its blocks' gradients, in order, into a vector of
// its own; the vectors are then added up in order. So the groups fix every rounding.
using BatchPlan = std::vector<std::vector<Block>>;  // [group]

// The number of groups when results must not depend on the number of threads; more threads than these find no work.
inline constexpr int deterministic_groups = 8;

// One group for each thread that finds work; or, when `deterministic`, up to deterministic_groups, whatever the
// number of threads, with blocks dealt out one by one.
BatchPlan plan_batch(std::int32_t batch_size, int threads, bool deterministic, const std::vector<LaneCost>& costs);

}  // namespace nestwright
