#pragma once

#include <string>

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// How a kernel's results differ from the reference's.
struct Comparison {
  double largest_error = 0.0;  // absolute, over all elements
  double largest_share = 0.0;  // of an element's error in what is allowed for it: above 1 is wrong
  std::string complaint;       // names the first output with wrong elements, and counts them; empty if all are right

  bool is_right() const { return complaint.empty(); }
};

// Compares the outputs of a kernel with the reference's. An element of `actual` may be as far from `expected` as
// `slack` times expected's error and actual's own error together. Throws Error if the two differ in names or extents.
Comparison compare(const Tensors& actual, const Tensors& expected, double slack = 1.0);

}  // namespace nestwright::reference
