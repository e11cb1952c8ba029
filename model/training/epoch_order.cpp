#include "model/training/epoch_order.h"

#include <numeric>
#include <utility>

#include "model/data/random_stream.h"

namespace nestwright {
namespace {

// Keeps these streams apart from those that weights and synthetic digits are drawn from.
constexpr std::uint64_t first_stream = std::uint64_t{0x5348} << 48U;

}  // namespace

std::vector<std::int32_t> epoch_order(std::uint64_t seed, std::int64_t epochs_done, std::int64_t count) {
  RandomStream random(seed, first_stream + static_cast<std::uint64_t>(epochs_done));
  std::vector<std::int32_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(left)))]);
  }
  return order;
}

}  // namespace nestwright
