#include "support/timing.h"

#include <gtest/gtest.h>

#include <numeric>

namespace nestwright {
namespace {

TEST(Timing, TheMedianIsInTheMiddle) {
  EXPECT_EQ(median_of({5.0}), 5.0);
  EXPECT_EQ(median_of({9.0, 1.0, 3.0}), 3.0);
  EXPECT_EQ(median_of({9.0, 1.0, 3.0, 4.0}), 3.5);
}

TEST(Timing, TheSpreadOfManySamplesLeavesOutATenthOnEachSide) {
  const Timing few = timing_of({2.0, 5.0, 4.0, 3.0, 9.0});
  EXPECT_EQ(few.median_seconds, 4.0);
  EXPECT_EQ(few.spread, (9.0 - 2.0) / 4.0);
  std::vector<double> many(21);
  std::iota(many.begin(), many.end(), 10.0);
  many.back() = 1e6;
  const Timing timing = timing_of(many);
  EXPECT_EQ(timing.median_seconds, 20.0);
  EXPECT_EQ(timing.spread, (28.0 - 12.0) / 20.0);
}

TEST(Timing, CallsAreSampledInTurn) {
  std::vector<int> order;
  const auto call = [&](int number) {
    return [&order, number] {
      if (order.empty() || order.back() != number) order.push_back(number);
    };
  };
  const auto samples = sample_calls({call(1), call(2)}, {.samples = 3, .sample_seconds = 1e-6});
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].size(), 3U);
  EXPECT_EQ(samples[1].size(), 3U);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 1, 2, 1, 2, 1, 2}));
}

}  // namespace
}  // namespace nestwright
