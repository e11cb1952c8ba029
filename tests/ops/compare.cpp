#include "tests/ops/compare.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;

// Products of denormal numbers may be flushed to zero.
constexpr double smallest_normal = 0x1p-126;

void compare(const std::string& name, const Tensor& actual, const Tensor& expected, double slack) {
  ASSERT_EQ(actual.extents(), expected.extents()) << name;
  std::size_t wrong = 0, first_wrong = 0;
  for (std::size_t n = 0; n < expected.elements().size(); ++n) {
    const Number &got = actual.elements()[n], &want = expected.elements()[n];
    const double allowed = slack * want.error + got.error + (slack > 0 ? smallest_normal : 0);
    if (std::abs(got.value - want.value) <= allowed) continue;  // false for NaN
    if (wrong++ == 0) first_wrong = n;
  }
  if (wrong == 0) return;
  const Number &got = actual.elements()[first_wrong], &want = expected.elements()[first_wrong];
  ADD_FAILURE() << name << ": " << wrong << " of " << expected.elements().size() << " elements are wrong; the first, "
                << first_wrong << ", is " << got.value << ", expected " << want.value << " +- " << slack * want.error;
}

}  // namespace

void expect_within_error(const reference::Tensors& actual, const reference::Tensors& expected, double slack) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, tensor] : expected) compare(name, actual.at(name), tensor, slack);
}

void expect_identical(const reference::Tensors& actual, const reference::Tensors& expected) {
  expect_within_error(actual, expected, 0.0);
}

}  // namespace nestwright
