#pragma once

#include <cstdint>
#include <vector>

namespace nestwright {

// Some images of a batch that a kernel takes at once: `count` of them in the first of `lanes` lanes, from the batch's
// image `first` on.
struct Block {
  std::int32_t lanes = 16;
  std::int32_t first = 0;
  std::int32_t count = 16;

  friend bool operator==(const Block&, const Block&) = default;
};

// What a block of `lanes` lanes costs, full or not, in hundredths of a block of 16.
struct LaneCost {
  std::int32_t lanes = 16;
  std::int32_t cost = 100;
};

// Blocks of 16 as a rule. Half a vector's lanes cost somewhat more than half, and an image on its own twice its share:
// what its kernels gain by vectorising over x and channels instead, they lose on tails. Measured on a training step of
// lenet5; only their proportions matter, and only for batches that are no multiple of 16 a thread.
std::vector<LaneCost> default_lane_costs();

// The cheapest blocks for `count` images, in their order; only the last may have lanes to spare. Larger blocks first.
std::vector<Block> plan_blocks(std::int32_t count, const std::vector<LaneCost>& costs);

// The same on several threads: for each thread that gets any, its blocks. The thread that takes longest takes as short
// as it can. Depends on nothing but the arguments.
std::vector<std::vector<Block>> spread_blocks(std::int32_t count, int threads, const std::vector<LaneCost>& costs);

}  // namespace nestwright
