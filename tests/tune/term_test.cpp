#include "tools/workbench/tune/term.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/workbench/tune/structure.h"

namespace nestwright::tune {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

StageStructure stage(const std::string& op, const std::string& algorithm, const std::string& shape,
                     const std::string& name) {
  return *structure_of(bind_algorithm(op, algorithm, Shape::parse(shape))).find(name);
}

const std::string convolution =
    "lanes=16 width=14 height=14 in_channels=6 out_channels=16 kernel_width=5 kernel_height=5";

TEST(Term, OfAConvolutionIsAMultiplyAdd) {
  const Term conv = stage("conv2d", "", convolution, "conv").term;
  const TileCount one = count_of(conv, {}, {});
  EXPECT_EQ(one.instructions, 1);
  EXPECT_THAT(one.loads, UnorderedElementsAre(Pair("input", 1), Pair("weight", 1), Pair("conv", 1)));
}

TEST(Term, SharesWhatElementsOfATileHaveInCommon) {
  const Term conv = stage("conv2d", "", convolution, "conv").term;
  const TileCount tile = count_of(conv, {{"x", 2}, {"y", 3}, {"co", 4}}, {});
  EXPECT_EQ(tile.instructions, 24);
  EXPECT_THAT(tile.loads, UnorderedElementsAre(Pair("input", 6), Pair("weight", 4), Pair("conv", 24)));
  // The input is read at x + kx: 2 pixels and 5 taps read 6 columns.
  EXPECT_EQ(count_of(conv, {{"x", 2}, {"kx", 5}}, {}).loads.at("input"), 6);
}

// The algorithm is that of ops/fused_convolution/algorithm.cpp: for 25 multiply-adds it makes 30 choices of a row and
// 25 of a column. These need half and remainder of argmax, and a comparison of each.
TEST(Term, SharesChoicesBetweenNeighbouringTaps) {
  const std::string op = "conv2d_max_pool2d_weight_gradient";
  const Term sums = stage(op, "winner", convolution + " window=2", "lane_sums").term;
  const TileCount tile = count_of(sums, {{"kx", 5}, {"ky", 5}}, {});
  EXPECT_EQ(tile.instructions, 30 + 25 + 25 + 4);
  EXPECT_THAT(tile.loads, UnorderedElementsAre(Pair("input", 36), Pair("argmax", 1), Pair("live_gradient", 1),
                                               Pair("lane_sums", 25)));
}

TEST(Term, CountsWhatAnInlinedStageTakes) {
  const std::string op = "conv2d_max_pool2d_weight_gradient", shape = convolution + " window=2";
  const Term sums = stage(op, "winner", shape, "lane_sums").term;
  const Term live = stage(op, "winner", shape, "live_gradient").term;
  const TileCount tile = count_of(sums, {{"kx", 5}, {"ky", 5}}, {{"live_gradient", &live}});
  EXPECT_EQ(tile.instructions, 30 + 25 + 25 + 4 + 2);  // a comparison and a choice
  EXPECT_THAT(tile.loads, UnorderedElementsAre(Pair("input", 36), Pair("argmax", 1), Pair("output_gradient", 1),
                                               Pair("lane_sums", 25)));
}

// The stage `pool` has a tuple of two values, the maximum and its place.
TEST(Term, TellsTheValuesOfATupleApart) {
  const Term pool = stage("max_pool2d", "", "lanes=16 width=8 height=8 channels=1 window=2 stride=2", "pool").term;
  EXPECT_EQ(pool.results.size(), 2U);
  EXPECT_EQ(count_of(pool, {}, {}).loads.at("pool"), 2);
}

}  // namespace
}  // namespace nestwright::tune
