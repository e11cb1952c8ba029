#include "tests/ops/compare.h"

#include <gtest/gtest.h>

#include "ops/reference/comparison.h"

namespace nestwright {

void expect_within_error(const reference::Tensors& actual, const reference::Tensors& expected, double slack) {
  const reference::Comparison comparison = reference::compare(actual, expected, slack);
  EXPECT_TRUE(comparison.is_right()) << comparison.complaint;
}

void expect_identical(const reference::Tensors& actual, const reference::Tensors& expected) {
  expect_within_error(actual, expected, 0.0);
}

}  // namespace nestwright
