#pragma once

#include <Halide.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace nestwright::ops {

// Several stages' values one after another along the dimension "slot", for an output that has all of them.
class Packed {
 public:
  // `elsewhere`: the values of a slot that no part has.
  explicit Packed(std::vector<Halide::Expr> elsewhere) : values_(std::move(elsewhere)) {}

  // A part of `count` places from slot `first` on; `values_at` gives its values at a place.
  void add(std::int64_t first, std::int64_t count,
           const std::function<std::vector<Halide::Expr>(const Halide::Expr&)>& values_at);

  const std::vector<Halide::Expr>& values() const { return values_; }

 private:
  std::vector<Halide::Expr> values_;
};

}  // namespace nestwright::ops
