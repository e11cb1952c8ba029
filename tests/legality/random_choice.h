#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace nestwright {

using Random = std::mt19937_64;

// Choices that are the same on every machine for the same seed.
inline int below(Random& random, int end) { return static_cast<int>(random() % static_cast<std::uint64_t>(end)); }
inline bool chance(Random& random, int percent) { return below(random, 100) < percent; }
template <typename T>
const T& pick(Random& random, const std::vector<T>& from) {
  return from[static_cast<std::size_t>(below(random, static_cast<int>(from.size())))];
}

}  // namespace nestwright
