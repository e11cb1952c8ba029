#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dsl/parse.h"
#include "example_pipeline.h"

namespace nestwright::dsl {
namespace {

// The first line; the source line and the caret are the parser's tests.
std::string first_line(const std::string& text) {
  const std::string message = refusal(text, Example().pipeline());
  return message.substr(0, message.find('\n'));
}

TEST(ApplyRefuses, UnknownFuncs) {
  EXPECT_EQ(refusal("\nsummm.compute_root()", Example().pipeline()),
            "a.nest:3:1: no Func `summm` in example; did you mean `sum`?\nsummm.compute_root()\n^");
  EXPECT_EQ(first_line("sum.compute_at(outptu, x)"),
            "a.nest:2:16: no Func `outptu` in example; did you mean `output`?");
}

TEST(ApplyRefuses, UnknownLoops) {
  EXPECT_EQ(first_line("output.unroll(xx)"), "a.nest:2:15: no loop `xx` in `output`; did you mean `x`?");
  EXPECT_EQ(first_line("output.unroll(quite_another)"),
            "a.nest:2:15: no loop `quite_another` in `output`; there are: c, x, y");
  // Split, it is there no longer; and a reduction is its update's alone.
  EXPECT_EQ(first_line("output.split(x, xo, xi, 4).unroll(x)"),
            "a.nest:2:35: no loop `x` in `output`; did you mean `xi`?");
  EXPECT_EQ(first_line("sum.unroll(kx)"), "a.nest:2:12: no loop `kx` in `sum`; did you mean `x`?");
  EXPECT_EQ(first_line("sum.update(0).unroll(kz)"), "a.nest:2:22: no loop `kz` in `sum.update(0)`; did you mean `k`?");
  EXPECT_EQ(first_line("sum.compute_at(output, xo)"), "a.nest:2:24: no loop `xo` in `output`; did you mean `x`?");
  EXPECT_EQ(first_line("sum.compute_root().reorder_storage(x, kx)"),
            "a.nest:2:39: no dimension `kx` in `sum`; did you mean `x`?");
}

TEST(ApplyRefuses, NamesThatAreTaken) {
  EXPECT_EQ(first_line("output.split(x, y, xi, 4)"),
            "a.nest:2:17: `output` has a loop `y` already; give the new one another name");
  EXPECT_EQ(first_line("input.in().compute_root() as sum"),
            "a.nest:2:30: there is a Func `sum` already; give the new one another name");
  EXPECT_EQ(first_line("output.reorder(x, y, x)"), "a.nest:2:22: `x` is there twice");
  EXPECT_EQ(first_line("output.fuse(x, x, xx)"), "a.nest:2:16: `x` is there twice");
  EXPECT_EQ(first_line("output.tile(y, y, a, b, c, d, 2, 2)"), "a.nest:2:16: `y` is there twice");
}

// `count` times `text`, in which @ stands for the number of the time and # for the next one.
std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    for (const char c : text) {
      all += c == '@' ? std::to_string(i) : c == '#' ? std::to_string(i + 1) : std::string(1, c);
    }
  }
  return all;
}

TEST(ApplyRefuses, MoreThanCanBeCheckedInReasonableTime) {
  EXPECT_EQ(first_line("output.split(x, o0, i0, 2)" + repeated(".split(o@, o#, i#, 2)", 47)), "no error");
  EXPECT_EQ(first_line("output.split(x, o0, i0, 2)\n" + repeated("output.split(o@, o#, i#, 2)\n", 48)),
            "a.nest:50:8: this is one more than the 48 splits that a stage's loops may have; write a shorter schedule");
  EXPECT_EQ(
      first_line("output.fuse(x, y, f0)\n" + repeated("output.split(f@, p@, q@, 4).fuse(p@, q@, f#)\n", 12)),
      "a.nest:14:32: this is one more than the 12 fusions that a stage's loops may have; write a shorter schedule");
  EXPECT_EQ(first_line(repeated("output.specialize(extent(output, x) == @)\n", 33)),
            "a.nest:34:8: this is one more than the 32 specializations that a Func may have; write a shorter schedule");
  EXPECT_EQ(
      first_line(repeated("output.serial(x)\n", 1001)),
      "a.nest:1002:8: this is one more than the 1000 directives that a schedule may have; write a shorter schedule");
  EXPECT_EQ(first_line("input.in(sum) as w0\n" + repeated("w@.in(sum) as w#\n", 32)),
            "a.nest:34:5: this is one more than the 32 wrappers and copies that a schedule may make; write a shorter "
            "schedule");
}

TEST(ApplyRefuses, StagesThatAreNotThere) {
  EXPECT_EQ(first_line("output.update(0).unroll(x)"), "a.nest:2:8: `output` has no updates");
  EXPECT_EQ(first_line("sum.update(1).unroll(x)"), "a.nest:2:5: `sum` has no update 1; its last is update(0)");
  EXPECT_EQ(first_line("input.in(output).compute_root()"),
            "a.nest:2:7: `output` does not use `input` itself, but through `scaled`, `sum`; name what uses it");
  EXPECT_EQ(first_line("sum.in(scaled).compute_root()"), "a.nest:2:5: `scaled` does not use `sum`");
  EXPECT_EQ(first_line("scaled.in(output).compute_root()\nscaled.clone_in(output).compute_root()"),
            "a.nest:3:8: `scaled` is replaced there by in already, which clone_in can't change");
  EXPECT_EQ(
      first_line("scaled.compute_root()\ninput.clone_in(sum).compute_root()\ninput.clone_in(scaled).compute_root()"),
      "a.nest:4:7: `input` has a copy already, input.clone_in(sum), and Halide can't clone it then; name all "
      "Funcs that use the clone in one clone_in, or write clone_in first");
  EXPECT_EQ(first_line("sum.compute_at(sum, y)"),
            "a.nest:2:16: compute_at needs a loop of another Func than `sum` itself");
  EXPECT_EQ(first_line("sum.update(0).rfactor(x, u)"),
            "a.nest:2:23: `x` is a dimension of `sum`; rfactor takes a loop of its reduction");
}

// A Func that the schedule makes is the same whatever the schedule calls it.
TEST(ApplyRefuses, WhatIsWrongWithAFuncUnderSeveralNames) {
  const std::string vectors = refusal(
      "sum.compute_root()\n"
      "sum.update(0).rfactor(k, u).compute_root().split(x, xo, xi, 4).vectorize(xi, 3, GuardWithIf) as parts\n"
      "parts.vectorize(y, 2, GuardWithIf)",
      Example().pipeline());
  EXPECT_TRUE(vectors.starts_with("a.nest:4:17: `parts` would have vectors within vectors")) << vectors;
  const std::string slides = refusal(
      "sum.compute_root()\n"
      "sum.update(0).rfactor(k, u).compute_at(sum, x).store_at(sum, y).update(0).split(x, xo, xi, 3, RoundUp)",
      Example().pipeline());
  EXPECT_TRUE(slides.starts_with("a.nest:3:95: `sum.rfactor(k, u)` is kept wider than it is computed")) << slides;
}

TEST(ApplyRefuses, WhatHalideRefuses) {
  const std::string message = refusal("sum.update(0).unroll(kx, 2, RoundUp)", Example().pipeline());
  EXPECT_TRUE(message.starts_with("a.nest:2:15: Halide refuses unroll: ")) << message;
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2) << message;
  for (const std::string text : {"sum.update(0).split(kx, xo, xi, 2, RoundUp)", "output.split(x, a, a, 2)"}) {
    const std::string refused = refusal(text, Example().pipeline());
    EXPECT_NE(refused.find(": Halide refuses "), std::string::npos) << text << ": " << refused;
    EXPECT_EQ(std::count(refused.begin(), refused.end(), '\n'), 2) << refused;
  }
}

TEST(ApplyRefuses, LoopsThatBreakADependence) {
  EXPECT_EQ(first_line("sum.update(0).parallel(k)"),
            "a.nest:2:15: parallel(k) races: iterations k=0 and k=1 both update sum(0, 0, 0); atomic() or rfactor() "
            "would let it run so");
  // The directive that did it, whatever follows.
  EXPECT_EQ(first_line("sum.update(0).reorder(k, kx).unroll(kx)"),
            "a.nest:2:15: reorder(k, kx) turns an order around: iterations (kx=1, k=0) and (kx=0, k=1) both update "
            "sum(0, 0, 0), and the second would come first; floating-point numbers round as the order of their sum "
            "goes; atomic() or rfactor() allow another one");
  // An order that is put right again is none to complain of.
  EXPECT_EQ(first_line("sum.update(0).reorder(k, kx).reorder(kx, k)"), "no error");
}

TEST(ApplyRefuses, PlacesThatDoNotServeEveryUse) {
  EXPECT_EQ(first_line("scaled.compute_at(sum, x)\nsum.compute_root()"),
            "a.nest:2:8: compute_at(sum, x) does not enclose every use of `scaled`: `output` needs it outside of that "
            "loop; compute it further out, or `output` further in");
  EXPECT_EQ(first_line("sum.compute_at(output, x).store_root()\noutput.parallel(y)"),
            "a.nest:2:27: `sum` would be kept outside of the concurrent loop `y` of `output` and computed within it: "
            "its iterations would write to the same memory at once; keep it within that loop");
}

TEST(Apply, NotesWhereSumsAreReassociated) {
  const auto notes = [](const std::string& text) {
    return apply(check(parse("schedule example for any\n" + text, "a.nest"), Halide::get_host_target()),
                 Example().pipeline(), Halide::get_host_target())
        .notes;
  };
  EXPECT_EQ(notes("sum.compute_root()\nsum.update(0).atomic().parallel(k)"),
            std::vector<std::string>{"a.nest:3:24: parallel(k) reassociates the sum over k: results may differ in the "
                                     "last bits"});
  EXPECT_TRUE(notes("sum.compute_root()\nsum.update(0).atomic()").empty());
}

TEST(ApplyRefuses, ConditionsThatNothingIsKnownOf) {
  EXPECT_EQ(first_line("output.specialize(extent(sum, x) == 4)"),
            "a.nest:2:26: `sum` is neither an input nor an output: only theirs are known at the call");
  EXPECT_EQ(first_line("output.specialize(extent(output, x))"),
            "a.nest:2:19: `extent(output, x)` is a number; expected a condition, such as extent(output, b) == 1");
  EXPECT_EQ(first_line("output.specialize(stride(output, x) == 1)"),
            "a.nest:2:19: `stride(output, x)` is nothing that a condition may ask; expected extent(Func, dimension)");
  EXPECT_EQ(first_line("output.specialize(lanes == 1)"),
            "a.nest:2:19: `lanes` is nothing that a condition may ask; expected extent(Func, dimension)");
}

TEST(ApplyRefuses, BoundsThatTheShapeContradicts) {
  EXPECT_EQ(first_line("output.bound(x, 0, 12)"), "a.nest:2:20: `output` has 24 elements in `x`, not 12");
  EXPECT_EQ(first_line("output.bound(x, 0, 24)"), "no error");
}

TEST(ApplyRefuses, TailsThatGoBeyondAnOutput) {
  // 24 elements in x and 10 in y; how many in c is not fixed.
  EXPECT_EQ(first_line("output.split(x, xo, xi, 32, ShiftInwards)"),
            "a.nest:2:29: ShiftInwards would go beyond the end of `output`: `x` has 24 iterations, fewer than 32; use "
            "GuardWithIf, or another size");
  EXPECT_EQ(first_line("output.vectorize(y, 4, RoundUp)"),
            "a.nest:2:24: RoundUp would go beyond the end of `output`: 4 does not divide the 10 iterations of `y`; use "
            "GuardWithIf, or another size");
  EXPECT_EQ(
      first_line("output.unroll(c, 2, PredicateStores)"),
      "a.nest:2:21: PredicateStores would go beyond the end of `output`: how many iterations `c` has is known only "
      "when the kernel is called; use GuardWithIf, or another size");
  // Through splits and fusions before: 24 = 3 x 8; 3 * 10 = 30.
  EXPECT_EQ(first_line("output.split(x, xo, xi, 8).split(xo, xoo, xoi, 4, ShiftInwards)"),
            "a.nest:2:51: ShiftInwards would go beyond the end of `output`: `xo` has 3 iterations, fewer than 4; use "
            "GuardWithIf, or another size");
  EXPECT_EQ(
      first_line("output.split(x, xo, xi, 8).fuse(xo, y, xy).parallel(xy, 4, RoundUp)"),
      "a.nest:2:60: RoundUp would go beyond the end of `output`: 4 does not divide the 30 iterations of `xy`; use "
      "GuardWithIf, or another size");
  EXPECT_EQ(first_line("sum.compute_root().update(0).split(x, xo, xi, 5).split(xi, a, b, 4, RoundUp)"),
            "a.nest:2:69: RoundUp may update elements of `sum` twice: 4 does not divide the iterations of `xi`, a part "
            "of a loop; use GuardWithIf, or another size");
  for (const std::string text :
       {"output.split(x, xo, xi, 24, ShiftInwards)", "output.vectorize(y, 5, RoundUp)", "output.unroll(c, 1, RoundUp)",
        "output.split(x, xo, xi, 8).split(xo, xoo, xoi, 3, RoundUp)", "output.vectorize(c, 4, Predicate)",
        "sum.compute_root().vectorize(x, 32, RoundUp)"}) {
    EXPECT_EQ(refusal(text, Example().pipeline()), "no error") << text;
  }
}

TEST(Tails, ThoseOfAnOutputAreGuardedWhereNothingElseFits) {
  const Halide::Buffer<float> expected = Example().run();
  for (const std::string text :
       {"output.split(x, xo, xi, 32)", "output.vectorize(y, 16)", "output.tile(x, y, xi, yi, 64, 3).vectorize(xi)",
        "output.parallel(c, 8)", "output.split(x, xo, xi, 8).split(xo, xoo, xoi, 4)",
        // An update that rounded a part of 5 up to 8 would add three elements of the next part twice.
        "sum.compute_root().update(0).split(x, xo, xi, 5).split(xi, a, b, 4)",
        "sum.compute_root().update(0).split(x, x, xi, 5).unroll(xi, 4)",
        "sum.compute_root().update(0).fuse(x, y, xy).vectorize(xy, 7)"}) {
    Example example;
    apply_text(text, example.pipeline());
    const Halide::Buffer<float> found = example.run();
    found.for_each_element([&](int i, int j, int k) { EXPECT_EQ(found(i, j, k), expected(i, j, k)) << text; });
  }
}

TEST(ApplyRefuses, GpuDirectivesWithoutAGpu) {
  const Halide::Target target("x86-64-linux-avx2");
  EXPECT_EQ(
      refusal("output.gpu_blocks(c)", Example().pipeline(), target),
      "a.nest:2:8: gpu_blocks needs a GPU; the target x86-64-linux-avx2 has none\noutput.gpu_blocks(c)\n       ^");
}

TEST(ApplyRefuses, SchedulesOfOtherOperators) {
  Pipeline pipeline = Example().pipeline();
  pipeline.op = "conv2d";
  EXPECT_EQ(refusal("", pipeline),
            "a.nest:1:10: this is a schedule for example, not for conv2d\nschedule example for any\n         ^");
}

TEST(InPlace, NoElementIsComputedTwiceOrBeyondTheEnd) {
  for (const std::string tail :
       {"RoundUp", "ShiftInwards", "RoundUpAndBlend", "ShiftInwardsAndBlend", "PredicateLoads", "PredicateStores"}) {
    for (const std::string directive :
         {"split(i, io, ii, 8, ", "vectorize(i, 8, ", "unroll(i, 8, ", "parallel(i, 8, "}) {
      const std::string message = refusal(fmt::format("weight.{}{})", directive, tail), InPlaceExample().pipeline());
      EXPECT_NE(message.find("`weight` is written over what it is computed from, and " + tail), std::string::npos)
          << directive << tail << ": " << message;
    }
  }
  EXPECT_NE(refusal("weight.align_bounds(i, 8)", InPlaceExample().pipeline()).find("is written over"),
            std::string::npos);
}

TEST(InPlace, TheTailsThatAreLeftGiveTheRightResult) {
  // Halide's own default would shift the last vector inwards and add to three elements twice.
  for (const std::string text :
       {"", "weight.vectorize(i, 8)", "weight.split(i, io, ii, 8)", "weight.vectorize(i, 8, Auto)",
        "weight.unroll(i, 4)", "weight.parallel(i, 8)", "weight.vectorize(i, 8, Predicate)",
        "weight.vectorize(i, 8, GuardWithIf)", "weight.split(i, io, ii, 8).vectorize(ii)"}) {
    InPlaceExample example;
    apply_text(text, example.pipeline());
    const Halide::Buffer<float> found = example.run_in_place();
    for (int i = 0; i < 21; ++i) EXPECT_EQ(found(i), static_cast<float>(i + 1)) << text << " at " << i;
  }
}

}  // namespace
}  // namespace nestwright::dsl
