#include "model/checkpoint/weights.h"

#include <gtest/gtest.h>

#include <limits>

namespace nestwright {
namespace {

TEST(WhatIsNotFinite, NamesTheTensor) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(what_is_not_finite({{"a", {2}, {1, -3e38F}}, {"b", {0}, {}}}), "");
  EXPECT_EQ(what_is_not_finite({{"a", {1}, {1}}, {"b", {3}, {1, nan, infinity}}}),
            "\"b\" has 2 values of 3 that are not finite, the first of them nan");
  EXPECT_EQ(what_is_not_finite({{"a", {1}, {-infinity}}}),
            "\"a\" has 1 values of 1 that are not finite, the first of them -inf");
}

TEST(LargestWeight, NamesItsTensor) {
  EXPECT_EQ(largest_weight({{"a", {2}, {1, -2.5F}}, {"b", {1}, {2}}}), "2.5 in \"a\"");
}

// Two layers: 3 inputs to 2 outputs to 1, whose largest input is (1 - 0.25) / 0.5 = 1.5.
TEST(LargestValue, IsABoundOfEveryLayer) {
  const std::vector<NamedTensor> parameters = {{"1.weight", {2, 3}, {1, -2, 3, 1, 1, 1}},
                                               {"1.bias", {2}, {0, -4}},
                                               {"2.weight", {1, 2}, {0.5F, -0.5F}},
                                               {"2.bias", {1}, {1}}};
  EXPECT_EQ(largest_value(parameters, {.mean = 0.25F, .deviation = 0.5F}), (1.5 * 6 + 4) * 1 + 1);
}

TEST(WhatMayGiveNoNumbers, IsWhereABoundIsBeyondFloat32) {
  const std::vector<NamedTensor> small = {{"a", {1, 1}, {1e20F}}, {"b", {1, 1}, {1e10F}}};
  EXPECT_EQ(what_may_give_no_numbers(small, {.mean = 0.0F, .deviation = 1.0F}), "");
  const std::vector<NamedTensor> large = {{"a", {1, 1}, {1e20F}}, {"b", {1, 1}, {1e20F}}};
  EXPECT_EQ(what_may_give_no_numbers(large, {.mean = 0.0F, .deviation = 1.0F}),
            "as sums within it grow beyond float32; the largest weight is 1e+20 in \"b\"");
}

}  // namespace
}  // namespace nestwright
