#pragma once

#include <Halide.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace nestwright::ops {

// Puts the values of several stages one after another along the variable `slot`, for one output that holds them all. A
// slot has as many values as the output's Tuple.
class Packed {
 public:
  // `elsewhere`: the values of slots that belong to no part, one for each element of the Tuple.
  explicit Packed(std::vector<Halide::Expr> elsewhere) : values_(std::move(elsewhere)) {}

  // Adds a part of `count` slots, which begins at slot `first`. `values_at(place)` gives the part's values, one for
  // each element of the Tuple, at a place from 0 to count - 1.
  void add(std::int64_t first, std::int64_t count,
           const std::function<std::vector<Halide::Expr>(const Halide::Expr&)>& values_at);

  // The values at `slot`, one for each element of the Tuple.
  const std::vector<Halide::Expr>& values() const { return values_; }

 private:
  std::vector<Halide::Expr> values_;
};

}  // namespace nestwright::ops
