#pragma once

#include <cstdint>
#include <vector>

namespace nestwright {

// The order in which the epoch after `epochs_done` others takes `count` images: a random permutation of 0, ...,
// count - 1 that depends on nothing but the three numbers. (Fisher and Yates's shuffle, as Durstenfeld gave it in
// 1964, on random numbers from a counter.)
std::vector<std::int32_t> epoch_order(std::uint64_t seed, std::int64_t epochs_done, std::int64_t count);

}  // namespace nestwright
