// What a loop is called changes neither a verdict nor a result.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dsl/halide_message.h"
#include "dsl/schedule_names.h"
#include "example_pipeline.h"

namespace nestwright::dsl {
namespace {

bool is_equal(const Halide::Buffer<float>& a, const Halide::Buffer<float>& b) {
  bool equal = true;
  a.for_each_element([&](int x, int y, int c) { equal = equal && a(x, y, c) == b(x, y, c); });
  return equal;
}

class LoopName : public testing::TestWithParam<std::string> {};

TEST_P(LoopName, ChangesNothing) {
  const std::string name = GetParam();
  Example plain, scheduled;
  apply_text(fmt::format("output.split(x, xo, xi, 8).split(xi, {0}, xii, 4).reorder(xii, {0}, xo)\n"
                         "sum.compute_at(output, {0})\n"
                         "sum.update(0).split(kx, kxo, {0}, 2).unroll({0}).unroll(y, 2)\n"
                         "scaled.compute_at(output, xo).vectorize(x, 4)",
                         name),
             scheduled.pipeline());
  EXPECT_TRUE(is_equal(scheduled.run(), plain.run())) << name;
}

// Names that Halide has for what it computes of a loop, for Funcs, and for loops that nobody names.
INSTANTIATE_TEST_SUITE_P(All, LoopName,
                         testing::Values("base", "s", "s0", "s1", "min", "max", "extent", "stride", "loop_min",
                                         "loop_max", "loop_extent", "outer_min", "rebased", "fused", "prologue", "tile",
                                         "outermost_", "v0", "v1", "v7", "r4", "t5", "f1", "b2", "p3", "sum", "image",
                                         "output_", "update", "buffer", "host", "thread", "block"),
                         [](const auto& entry) { return entry.param; });

// Halide calls the inner loop of parallel(x, 2) v<number>, and the number grows while the process lives.
TEST(LoopNames, AreNeverThoseThatHalideFinds) {
  for (int run = 0; run < 12; ++run) {
    for (int number = 0; number < 12; ++number) {
      EXPECT_EQ(refusal(fmt::format("output.split(y, v{0}, v{1}, 2).parallel(v{0}, 2).unroll(v{1}, 2).vectorize(x, 8)",
                                    12 * run + number, 12 * run + number + 1),
                        Example().pipeline()),
                "no error");
    }
  }
}

TEST(LoopNames, ThatHalideFindsAreNoSchedules) {
  for (int number = 0; number < 60; ++number) {
    EXPECT_EQ(refusal(fmt::format("output.vectorize(x, 4).unroll(v{})", number), Example().pipeline())
                  .substr(0, std::string("a.nest:2:31: no loop `v").size()),
              "a.nest:2:31: no loop `v");
  }
  const std::string refused = refusal("output.vectorize(x, 4).unroll(quite_another)", Example().pipeline());
  EXPECT_NE(refused.find("; there are: c, x, y\n"), std::string::npos) << refused;
}

TEST(ScheduleNames, TranslateWhatHalideSays) {
  const ScheduleNames names = {.funcs = {{"conv$3", "conv"}, {"exponential", "exponential"}, {"sum$1", "exp_sum"}},
                               .reductions = {{"r$2$x", "kx"}},
                               .dimensions = {{"conv", {"lane", "x"}}, {"bias", {"co"}}}};
  const auto words = [&](const std::string& text) { return in_schedule_words(text, names); };
  EXPECT_EQ(words("When splitting Var r$2$x the tail"), "When splitting Var kx the tail");
  EXPECT_EQ(words("dimension lane._n.v13 of function conv$3 because"), "dimension n of function conv because");
  EXPECT_EQ(words("over conv$3.s1.r$2$x but"), "over kx of conv.update(0) but");
  EXPECT_EQ(words("of conv$3.s0 and exponential.s0 do not"), "of conv and exponential do not");
  EXPECT_EQ(words("In schedule for conv$3.update(0), x.x"), "In schedule for conv.update(0), x");
  EXPECT_EQ(words("exponential_clone_in_sum$1$0"), "exponential.clone_in(exp_sum)");
  EXPECT_EQ(words("conv$3_global_wrapper$0 and conv$3_in_sum$1$1"), "conv.in() and conv.in(exp_sum)");
  EXPECT_EQ(words("sum$1_intm$2"), "exp_sum.rfactor(...)");
  EXPECT_EQ(words("conv$3.extent.1"), "the extent of conv in `x`");
  EXPECT_EQ(words("of unknown$7 and unknown$7.s0.y"), "of unknown and y of unknown");
  EXPECT_EQ(words("bias.extent.0"), "the extent of bias in `co`");
  EXPECT_EQ(names.loop_of_stage("conv$3.s1.lane._n.v13"), "n");
  EXPECT_EQ(names.loop_of_stage("conv$3.s1.r$2$x"), "kx");
  EXPECT_EQ(words("Nothing of Halide's. Two sentences."), "Nothing of Halide's. Two sentences.");
}

// Texts of Halide's that take long schedules to bring about, or none that is accepted so far.
TEST(HalideMessage, HasAdvice) {
  const ScheduleNames names = {.funcs = {{"conv$3", "conv"}, {"loss", "loss"}}, .reductions = {}, .dimensions = {}};
  const std::vector<std::pair<std::string, std::string>> messages = {
      {"Error: Allocate node inside GPU kernel has custom new expression.\n",
       "memory that is kept outside of a kernel of the GPU would have to be made within it; keep it in a loop of the "
       "kernel, or leave the hoisting out"},
      {"Error: Couldn't find a matching Realize node for Hoisted storage conv$3_global_wrapper$0\n",
       "`conv.in()` is not computed within the loop that its memory is hoisted to, or not in all specializations of "
       "it; "
       "hoist it to a loop around the one that computes it, or leave the hoisting out"},
      {"Error: Func \"conv$3\" storage is hoisted outside the parallel/vectorized/gpu_block loop over loss.s0._yo but "
       "computed within it. This is a potential race condition.\n",
       "the memory of `conv` would be kept outside of the concurrent loop `yo` of `loss`, whose iterations would write "
       "to "
       "it at once; hoist it to that loop or further in"},
      {"Error: Wrapper redefinition in function \"conv$3\" is not allowed\n",
       "`conv` reads a copy there already; name each Func in one `in` or `clone_in` only"},
      {"Error: Cannot schedule conv$3.update(0) to be computed with lane of conv$3\n",
       "`conv.update(0)` would share a loop with a stage of its own Func; compute_with takes a stage of another Func"},
      {"Warning: Removing prefetch of conv$3 at loop nest of loss.s0._y from location loss.s0._y + offset 1) since the "
       "prefetched area will always be empty.\n",
       "prefetch fetches nothing: no element of `conv` is read there from memory; leave it out"},
      {"Error: Something else: see the schedule. The loop nest is:\nfor x:\n", "Something else: see the schedule"}};
  for (const auto& [said, own] : messages) EXPECT_EQ(halide_message(said, names), own);
}

}  // namespace
}  // namespace nestwright::dsl
