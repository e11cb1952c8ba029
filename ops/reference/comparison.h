#pragma once

#include <string>

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// How a kernel's results differ from the reference's.
struct Comparison {
  double largest_error = 0.0;  // absolute, of all elements
  double largest_share = 0.0;  // of an error in what was allowed for its element: above 1 is wrong
  std::string complaint;       // about the first output with a wrong element, and how many it has; empty: all are right

  bool is_right() const { return complaint.empty(); }
};

// An element of `actual` may be as far from `expected` as expected's error times `slack`, and actual's own error.
// Throws Error where the two differ in names or extents.
Comparison compare(const Tensors& actual, const Tensors& expected, double slack = 1.0);

}  // namespace nestwright::reference
