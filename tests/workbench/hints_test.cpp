// The hints of `nestwright check`, on what is legal but surely not meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class HintsTest : public ::testing::Test {
 protected:
  // What `check` prints of a schedule of conv2d, at lenet5's second convolution, which gives 10 x 10 pixels.
  std::vector<std::string> check(const std::string& statements, const std::vector<std::string>& options = {}) {
    const std::string text = "schedule conv2d for cpu\n" + statements + "\n";
    write_bytes(file_, Bytes(text.begin(), text.end()));
    std::vector<std::string> arguments = {"check", file_, "--layer", "conv2"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_EQ(result.err, "");
    return lines_of(result.out);
  }

  TemporaryFolder folder_;
  std::string file_ = (folder_ / "mine.nest").string();
};

TEST_F(HintsTest, PartsThatAreLargerThanTheirLoop) {
  EXPECT_THAT(check("conv.compute_root()\noutput.split(x, xo, xi, 64)"),
              Contains(StartsWith(
                  file_ + ":3:8: hint: split(x, xo, xi, 64): `x` of `output` has 10 iterations, fewer than 64")));
  EXPECT_THAT(
      check("conv.compute_root()\nconv.update(0).split(kx, kxo, kxi, 8)"),
      Contains(StartsWith(
          file_ + ":3:16: hint: split(kx, kxo, kxi, 8): `kx` of `conv.update(0)` has 5 iterations, fewer than 8")));
  EXPECT_THAT(check("conv.compute_root()\noutput.split(x, xo, xi, 5).vectorize(xi, 8, GuardWithIf)"),
              Contains(HasSubstr(":3:28: hint: vectorize(xi, 8, TailStrategy::GuardWithIf): `xi` of `output` has 5 "
                                 "iterations, fewer than 8")));
  EXPECT_THAT(check("conv.compute_root()\noutput.split(x, xo, xi, 5).vectorize(lane)"), SizeIs(1));
  // How many blocks there are, only the call says.
  EXPECT_THAT(check("conv.compute_root()\noutput.parallel(b, 8)"), SizeIs(1));
  EXPECT_THAT(check("conv.compute_root()\noutput.parallel(b, 16777216)"), SizeIs(1));
  EXPECT_THAT(check("conv.compute_root()\noutput.split(b, bo, bi, 16777216).split(bi, bio, bii, 4)"), SizeIs(1));
}

// Halide's warnings, in other words than its own.
TEST_F(HintsTest, WhatHalideWarnsOfStandsAtItsDirectiveOnce) {
  const std::string text = "schedule conv2d for cpu\nconv.compute_root().vectorize(lane)\noutput.vectorize(lane)\n";
  write_bytes(file_, Bytes(text.begin(), text.end()));
  const ProgramResult at_all_shapes = run_program({"check", file_});
  EXPECT_THAT(
      lines_of(at_all_shapes.out),
      ElementsAre(HasSubstr(": legal at 2 shapes"),
                  file_ + ":2:21: hint: `conv.update(0)` has no directives, though other stages of `conv` have; "
                          ".update(0).unscheduled() says that this is meant"));
  EXPECT_THAT(
      check("conv.compute_root()\nconv.update(0).rfactor(ci, u).compute_root().unroll(x, 2)\n"
            "output.prefetch(conv_intm, y, y, 1)"),
      Contains(file_ + ":4:8: hint: prefetch fetches nothing: no element of `conv.rfactor(ci, u)` is read there "
                       "from memory; leave it out"));
}

TEST_F(HintsTest, StagesThatAreComputedAgainAndAgain) {
  EXPECT_THAT(check("conv.compute_root()\nconv.update(0).vectorize(lane)"), SizeIs(1));
  const std::string softmax = "schedule log_softmax for cpu\nlargest.compute_root()\n";
  write_bytes(file_, Bytes(softmax.begin(), softmax.end()));
  const ProgramResult result = run_program({"check", file_});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_THAT(lines_of(result.out),
              Contains(AllOf(HasSubstr("hint: `exp_sum` is inline, and computed anew wherever it is used: "),
                             HasSubstr("times the operations that exp_sum.compute_root() takes"))));
}

TEST_F(HintsTest, VectorsThatReachBeyondWhatIsNeeded) {
  EXPECT_THAT(lines_of(run_program({"check", "linear_input_gradient/cpu_small_batch", "--shape",
                                    "in_features=66,out_features=10,lanes=1"})
                           .out),
              Contains(HasSubstr("hint: split(i, i_outer, i_inner, 64) of `input_gradient` computes beyond what is "
                                 "needed: 1.9 times the operations")));
}

TEST_F(HintsTest, SumsThatDoNotFitTheRegisters) {
  EXPECT_THAT(
      check("output.split(x, xo, xi, 10).reorder(lane, xi, co, xo, y, b).vectorize(lane).unroll(xi).unroll(co)\n"
            "conv.compute_at(output, xo).vectorize(lane).unroll(x).unroll(co)\n"
            "conv.update(0).reorder(lane, x, co, kx, ky, ci, y, b).vectorize(lane).unroll(x).unroll(co)"),
      Contains(HasSubstr("of them are spilled at each iteration")));
}

TEST_F(HintsTest, CanBeTurnedOffAndAreInTheJson) {
  const std::string statements = "conv.compute_root()\noutput.split(x, xo, xi, 64)";
  EXPECT_THAT(check(statements, {"--no-hints"}), SizeIs(1));
  const ProgramResult result = run_program({"check", file_, "--layer", "conv2", "--json"});
  const nlohmann::json verdict = nlohmann::json::parse(result.out)[0];
  EXPECT_EQ(verdict["legal"], true);
  ASSERT_EQ(verdict["hints"].size(), 1U);
  EXPECT_THAT(verdict["hints"][0].get<std::string>(), HasSubstr("`x` of `output` has 10 iterations"));
}

}  // namespace
}  // namespace nestwright
