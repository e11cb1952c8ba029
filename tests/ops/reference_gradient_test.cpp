// The float64 loops of gradients against central differences of the float64 loops of their operators.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "ops/reference/families.h"
#include "tests/ops/gradient_case.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;

double weighted_sum(const Tensor& output, const Tensor& weights) {
  double sum = 0;
  for (std::size_t n = 0; n < output.elements().size(); ++n) {
    sum += output.elements()[n].value * weights.elements()[n].value;
  }
  return sum;
}

class ReferenceGradientTest : public testing::TestWithParam<GradientCase> {};

TEST_P(ReferenceGradientTest, IsThatOfFiniteDifferences) {
  const GradientCase& test = GetParam();
  reference::Tensors inputs = smooth_inputs(test.forward);
  const Tensor weights = output_weights(test, inputs);
  const Tensor gradient = reference_gradient(test, inputs, weights);
  std::vector<Number>& elements = inputs.at(test.input).elements();
  ASSERT_EQ(gradient.elements().size(), elements.size());
  std::mt19937_64 random(8);
  std::uniform_int_distribution<std::size_t> any(0, elements.size() - 1);
  for (int trial = 0; trial < 5; ++trial) {
    const std::size_t n = any(random);
    // The error of truncation is of the order of step^2, that of rounding of 1e-15 / step: both are below 1e-9.
    constexpr double step = 0x1p-18;
    const double value = elements[n].value;
    const auto sum_at = [&](double moved) {
      elements[n] = moved;
      return weighted_sum(reference::evaluate(test.op, test.forward.shape, inputs).at(test.output), weights);
    };
    const double slope = (sum_at(value + step) - sum_at(value - step)) / (2 * step);
    elements[n] = value;
    EXPECT_NEAR(gradient.elements()[n].value, slope, 1e-7 * (1 + std::abs(slope))) << "element " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReferenceGradientTest, testing::ValuesIn(gradient_cases()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace nestwright
