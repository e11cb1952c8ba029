#include "tools/workbench/cost/lower_bound.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nestwright::cost {
namespace {

TEST(LowerBound, OfAMatrixProduct) {
  const Signature& linear = find_signature("linear");
  const Shape shape = complete_shape(linear, Shape::parse("lanes=16,in_features=2048,out_features=1024"));
  const double words = 1024.0;
  const double count = 16.0 * 2048 * 1024 * 64;
  const LowerBound bound = least_traffic(linear, shape, {.blocks = 64}, 4 * words);
  EXPECT_DOUBLE_EQ(bound.bytes, 4 * (count / (2 * std::sqrt(2.0) * std::sqrt(words)) - words));
  EXPECT_EQ(bound.source, "Irony, Toledo and Tiskin 2004");
}

TEST(LowerBound, OfAConvolutionSharesEachInputAmongTaps) {
  const Signature& conv2d = find_signature("conv2d");
  const std::string text = "lanes=16,width=64,height=64,in_channels=64,out_channels=64,kernel_width=3,kernel_height=3";
  const Shape shape = complete_shape(conv2d, Shape::parse(text));
  const double words = 256.0;
  const double count = 16.0 * 62 * 62 * 64 * 64 * 9;
  EXPECT_DOUBLE_EQ(least_traffic(conv2d, shape, {}, 4 * words).bytes,
                   4 * (count / (2 * std::sqrt(2.0) * std::sqrt(9 * words)) - words));
  // With a stride of 2 at most 2 x 2 taps use the same input.
  const Shape strided = complete_shape(conv2d, Shape::parse(text + ",stride=2"));
  const double strided_count = 16.0 * 31 * 31 * 64 * 64 * 9;
  EXPECT_DOUBLE_EQ(least_traffic(conv2d, strided, {}, 4 * words).bytes,
                   4 * (strided_count / (2 * std::sqrt(2.0) * std::sqrt(4 * words)) - words));
}

TEST(LowerBound, WhatFitsTheCacheNeedsNoTraffic) {
  const Signature& conv2d = find_signature("conv2d");
  const Shape shape = complete_shape(
      conv2d, Shape::parse("lanes=1,width=8,height=8,in_channels=1,out_channels=1,kernel_width=1,kernel_height=1"));
  EXPECT_EQ(least_traffic(conv2d, shape, {}, 32768.0).bytes, 0.0);
  // 130 values of 4 bytes: 64 input pixels, 64 output pixels, a weight and a bias.
  EXPECT_EQ(least_traffic(conv2d, shape, {}, 64.0).bytes, 4 * 130 - 64.0);
}

}  // namespace
}  // namespace nestwright::cost
