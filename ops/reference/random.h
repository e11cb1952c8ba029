#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "ops/signature/shape.h"

namespace nestwright::reference {

// Numbers for an operator's inputs, exact in float32, the same for the same seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  double integer(std::int64_t least, std::int64_t greatest) {
    return static_cast<double>(std::uniform_int_distribution<std::int64_t>(least, greatest)(engine_));
  }
  // A multiple of 2^-20 in [-1, 1].
  double real() { return integer(-(1 << 20), 1 << 20) * 0x1p-20; }
  // A multiple of 1/4 in [-1, 1], so that equal values are frequent, and sums of products of two such are exact.
  double quarter() { return integer(-4, 4) * 0.25; }

 private:
  std::mt19937_64 engine_;
};

// Draws an element of the input called `input` at the operator's complete `shape`, for an operator that can't be given
// just any numbers.
using Draw = double (*)(Random& random, const std::string& input, const Shape& shape);

// Quarters for every input, for an operator that compares values.
inline double draw_quarters(Random& random, const std::string&, const Shape&) { return random.quarter(); }

}  // namespace nestwright::reference
