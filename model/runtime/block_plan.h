#pragma once

#include <cstdint>
#include <vector>

namespace nestwright {

// The lanes of a block as a rule, and of every block in a test; docs/architecture.md says why ("How data lies").
inline constexpr std::int32_t usual_lanes = 16;

// Some images of a batch that a kernel takes at once: `count` of them in the first of `lanes` lanes, from the batch's
// image `first` on.
struct Block {
  std::int32_t lanes = usual_lanes;
  std::int32_t first = 0;
  std::int32_t count = usual_lanes;

  friend bool operator==(const Block&, const Block&) = default;
};

// What a block of `lanes` lanes costs, full or not, in hundredths of a block of 16.
struct LaneCost {
  std::int32_t lanes = usual_lanes;
  std::int32_t cost = 100;
};

// The costs of blocks of 16, 8 and 1 lanes, measured on a training step of lenet5. A block of 8 costs somewhat more
// than half of one of 16, and an image on its own twice its share: what its kernels gain by vectorising over x and
// channels, they lose on tails. Only the proportions matter, and only for batches that are no multiple of 16 images a
// thread.
std::vector<LaneCost> default_lane_costs();

// The cheapest blocks that take `count` images, in the images' order: larger blocks come first, and only the last may
// have lanes to spare. Throws Error when `costs` is empty.
std::vector<Block> plan_blocks(std::int32_t count, const std::vector<LaneCost>& costs);

// Shares `count` images out among `threads` threads so that the slowest thread is done as early as possible, and gives
// the blocks of each thread that gets any. The result depends on nothing but the arguments. Throws Error when `costs`
// is empty or `threads` is below 1.
std::vector<std::vector<Block>> spread_blocks(std::int32_t count, int threads, const std::vector<LaneCost>& costs);

}  // namespace nestwright
