#include "model/runtime/block_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/runtime/batch_plan.h"
#include "support/error.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;

const std::vector<LaneCost> costs = {{16, 100}, {8, 55}, {1, 12}};

// Expects that every image of the batch is in exactly one block, and that a block has at least one image and no more
// images than lanes.
void expect_every_image_once(const std::vector<std::vector<Block>>& plan, int batch_size) {
  std::vector<int> times(static_cast<std::size_t>(batch_size));
  for (const std::vector<Block>& blocks : plan) {
    ASSERT_FALSE(blocks.empty());
    for (const Block& block : blocks) {
      ASSERT_GE(block.count, 1);
      ASSERT_LE(block.count, block.lanes);
      for (int i = block.first; i < block.first + block.count; ++i) ++times.at(static_cast<std::size_t>(i));
    }
  }
  EXPECT_TRUE(std::ranges::all_of(times, [](int n) { return n == 1; })) << "batch size " << batch_size;
}

std::int64_t cost_of(const std::vector<Block>& blocks) {
  std::int64_t sum = 0;
  for (const Block& block : blocks) sum += std::ranges::find(costs, block.lanes, &LaneCost::lanes)->cost;
  return sum;
}

std::int64_t makespan(const std::vector<std::vector<Block>>& plan) {
  std::int64_t longest = 0;
  for (const std::vector<Block>& blocks : plan) longest = std::max(longest, cost_of(blocks));
  return longest;
}

// The least cost at which one thread can take `count` images, found by trying every number of blocks of each size.
std::int64_t least_cost(int count) {
  std::int64_t least = 1 << 30;
  for (int sixteens = 0; sixteens <= count / 16 + 1; ++sixteens) {
    for (int eights = 0; eights <= count / 8 + 1; ++eights) {
      const int ones = std::max(0, count - 16 * sixteens - 8 * eights);
      least = std::min<std::int64_t>(least, 100 * sixteens + 55 * eights + 12 * ones);
    }
  }
  return least;
}

TEST(BlockPlan, TakesEveryImageOnceInTheLeastTime) {
  for (int threads = 1; threads <= 5; ++threads) {
    for (int batch_size = 1; batch_size <= 300; ++batch_size) {
      const auto plan = spread_blocks(batch_size, threads, costs);
      expect_every_image_once(plan, batch_size);
      ASSERT_LE(plan.size(), static_cast<std::size_t>(threads));
      ASSERT_EQ(makespan(plan), least_cost((batch_size + threads - 1) / threads))
          << "batch size " << batch_size << ", " << threads << " threads";
      for (const auto& blocks : plan) {
        for (std::size_t i = 0; i + 1 < blocks.size(); ++i) ASSERT_EQ(blocks[i].count, blocks[i].lanes);
      }
    }
  }
}

TEST(BlockPlan, OfTypicalBatches) {
  EXPECT_THAT(spread_blocks(1, 2, costs), ElementsAre(ElementsAre(Block{1, 0, 1})));
  EXPECT_THAT(spread_blocks(16, 1, costs), ElementsAre(ElementsAre(Block{16, 0, 16})));
  EXPECT_THAT(spread_blocks(16, 2, costs), ElementsAre(ElementsAre(Block{8, 0, 8}), ElementsAre(Block{8, 8, 8})));
  EXPECT_THAT(spread_blocks(64, 2, costs), ElementsAre(ElementsAre(Block{16, 0, 16}, Block{16, 16, 16}),
                                                       ElementsAre(Block{16, 32, 16}, Block{16, 48, 16})));
  EXPECT_THAT(spread_blocks(24, 2, costs), ElementsAre(ElementsAre(Block{16, 0, 16}), ElementsAre(Block{8, 16, 8})))
      << "takes no longer than two blocks of 16 with 12 images each, and less work";
  EXPECT_THAT(plan_blocks(30, costs), ElementsAre(Block{16, 0, 16}, Block{16, 16, 14}));
  EXPECT_THAT(plan_blocks(19, {{16, 1}}), ElementsAre(Block{16, 0, 16}, Block{16, 16, 3}));
}

TEST(BlockPlan, NeedsABlockSizeAndAThread) {
  EXPECT_THROW(spread_blocks(5, 1, {}), Error);
  EXPECT_THROW(spread_blocks(5, 0, costs), Error);
  EXPECT_TRUE(spread_blocks(0, 1, costs).empty());
}

TEST(BatchPlan, WhenDeterministicIsTheSameForAnyNumberOfThreads) {
  for (int batch_size = 1; batch_size <= 300; ++batch_size) {
    const BatchPlan plan = plan_batch(batch_size, 1, true, costs);
    expect_every_image_once(plan, batch_size);
    ASSERT_LE(plan.size(), static_cast<std::size_t>(deterministic_groups));
    for (int threads = 2; threads <= 5; ++threads) ASSERT_EQ(plan_batch(batch_size, threads, true, costs), plan);
  }
}

TEST(BatchPlan, OtherwiseHasAGroupForEachThread) {
  EXPECT_EQ(plan_batch(64, 3, false, costs), spread_blocks(64, 3, costs));
}

}  // namespace
}  // namespace nestwright
