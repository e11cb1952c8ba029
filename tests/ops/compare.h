#pragma once

#include "ops/reference/tensor.h"

namespace nestwright {

// Fails the running test where an element of `actual` is further from that of `expected` than expected's error times
// `slack` plus actual's own error. Says where the first is, and how many there are.
void expect_within_error(const reference::Tensors& actual, const reference::Tensors& expected, double slack = 1.0);

// Fails the running test where the two differ at all.
void expect_identical(const reference::Tensors& actual, const reference::Tensors& expected);

}  // namespace nestwright
