#pragma once

#include "ops/reference/tensor.h"

namespace nestwright {

// Fails the running test where an element of `actual` is further from `expected` than expected's error times `slack`
// (and actual's own error); says where, and how many are.
void expect_within_error(const reference::Tensors& actual, const reference::Tensors& expected, double slack = 1.0);

// Fails where the two differ at all.
void expect_identical(const reference::Tensors& actual, const reference::Tensors& expected);

}  // namespace nestwright
