#include "model/runtime/block_plan.h"

#include <algorithm>
#include <limits>

#include "support/error.h"

namespace nestwright {
namespace {

// The cheapest way to take any number of images up to a limit: a shortest-path table, filled from 0 on.
struct CostTable {
  std::vector<std::int64_t> cost;            // [images]: the sum of LaneCost::cost
  std::vector<std::int32_t> lanes_of_first;  // [images]: the lanes of that way's first block
};

CostTable cost_table(std::int32_t limit, const std::vector<LaneCost>& lane_costs) {
  const auto size = static_cast<std::size_t>(limit) + 1;
  CostTable table = {.cost = std::vector<std::int64_t>(size), .lanes_of_first = std::vector<std::int32_t>(size)};
  for (std::int32_t images = 1; images <= limit; ++images) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (const LaneCost& lane_cost : lane_costs) {
      const auto rest = static_cast<std::size_t>(std::max(images - lane_cost.lanes, 0));
      const std::int64_t cost = table.cost[rest] + lane_cost.cost;
      // Of ways that cost the same, the one whose first block is larger is taken.
      std::int32_t& lanes = table.lanes_of_first[static_cast<std::size_t>(images)];
      if (cost < least || (cost == least && lane_cost.lanes > lanes)) {
        least = cost;
        lanes = lane_cost.lanes;
      }
    }
    table.cost[static_cast<std::size_t>(images)] = least;
  }
  return table;
}

std::vector<Block> blocks_of(const CostTable& table, std::int32_t first, std::int32_t count) {
  std::vector<Block> blocks;
  while (count > 0) {
    const std::int32_t lanes = table.lanes_of_first[static_cast<std::size_t>(count)];
    blocks.push_back({.lanes = lanes, .first = first, .count = std::min(lanes, count)});
    first += blocks.back().count;
    count -= blocks.back().count;
  }
  return blocks;
}

}  // namespace

std::vector<LaneCost> default_lane_costs() { return {{16, 100}, {8, 55}, {1, 12}}; }

std::vector<Block> plan_blocks(std::int32_t count, const std::vector<LaneCost>& costs) {
  const auto threads = spread_blocks(count, 1, costs);
  return threads.empty() ? std::vector<Block>{} : threads[0];
}

std::vector<std::vector<Block>> spread_blocks(std::int32_t count, int threads, const std::vector<LaneCost>& costs) {
  if (costs.empty() || threads < 1) throw Error("block plan", "needs a block size and a thread");
  if (count <= 0) return {};
  // Whatever the spread, some thread takes at least an even share, so none need take less time than that.
  const auto even_share = static_cast<std::int32_t>((std::int64_t{count} + threads - 1) / threads);
  const std::int32_t widest = std::ranges::max_element(costs, {}, &LaneCost::lanes)->lanes;
  const auto limit = static_cast<std::int32_t>(std::min(std::int64_t{even_share} + widest, std::int64_t{count}));
  const CostTable table = cost_table(limit, costs);
  std::int32_t share = even_share;
  while (share < limit &&
         table.cost[static_cast<std::size_t>(share) + 1] <= table.cost[static_cast<std::size_t>(even_share)]) {
    ++share;
  }
  std::vector<std::vector<Block>> spread;
  for (std::int32_t first = 0; first < count; first += share) {
    spread.push_back(blocks_of(table, first, std::min(share, count - first)));
  }
  return spread;
}

}  // namespace nestwright
