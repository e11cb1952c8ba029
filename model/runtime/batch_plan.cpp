#include "model/runtime/batch_plan.h"

#include <algorithm>

namespace nestwright {

BatchPlan plan_batch(std::int32_t batch_size, int threads, bool deterministic, const std::vector<LaneCost>& costs) {
  if (!deterministic) return spread_blocks(batch_size, threads, costs);
  const std::vector<Block> blocks = plan_blocks(batch_size, costs);
  BatchPlan groups(std::min(blocks.size(), static_cast<std::size_t>(deterministic_groups)));
  for (std::size_t i = 0; i < blocks.size(); ++i) groups[i % groups.size()].push_back(blocks[i]);
  return groups;
}

}  // namespace nestwright
