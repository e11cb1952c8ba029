// Schedules that keep every dependence, and still could not be compiled or called.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/bound_algorithm.h"
#include "support/error.h"

namespace nestwright {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::string& op, const Shape& shape, const std::string& statements,
                    const Halide::Target& target = Halide::get_host_target()) {
  try {
    const std::string text = fmt::format("schedule {} for any\n{}", op, statements);
    apply_schedule(bind_algorithm(op, "", shape, block_stride_of(target)),
                   {.file = "a.nest", .text = text, .parameters = {}}, target);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string of_conv(const std::string& statements) {
  Shape shape;
  for (const auto& [name, extent] : std::vector<std::pair<std::string, std::int64_t>>{{"lanes", 16},
                                                                                      {"width", 14},
                                                                                      {"height", 14},
                                                                                      {"in_channels", 6},
                                                                                      {"out_channels", 16},
                                                                                      {"kernel_width", 5},
                                                                                      {"kernel_height", 5}}) {
    shape.set(name, extent);
  }
  return refusal("conv2d", shape, statements);
}

std::string of_relu(std::int64_t size, const std::string& statements,
                    const std::string& target = "x86-64-linux-avx512_skylake") {
  Shape shape;
  shape.set("lanes", 16);
  shape.set("size", size);
  return refusal("relu", shape, statements, Halide::Target(target));
}

TEST(Runnable, BoundsHaveToHoldInEveryIteration) {
  EXPECT_THAT(of_conv("conv.compute_at(output, x).bound(x, 5, 1)"),
              AllOf(StartsWith("a.nest:2:28: "), HasSubstr("elements 0 to 9 of `conv` in `x` are needed")));
  EXPECT_THAT(of_conv("conv.compute_at(output, y).bound(y, 0, 3)"), HasSubstr("elements 0 to 9 of `conv` in `y`"));
  EXPECT_THAT(of_conv("conv.compute_at(output, x).bound(lane, 0, 8)"), HasSubstr("elements 0 to 15 of `conv`"));
  EXPECT_THAT(of_conv("conv.compute_root().bound(x, 0, 4)"), StartsWith("a.nest:2:21: "));
  EXPECT_EQ(of_conv("conv.compute_at(output, y).bound(x, 0, 10)"), "no error");
}

// Halide takes code that is surely outside of its memory for code that is never reached, and leaves out all of it.
TEST(Runnable, KernelsThatHalideEmptiesAreRefused) {
  Shape shape;
  for (const auto& [name, extent] : std::vector<std::pair<std::string, std::int64_t>>{
           {"lanes", 1}, {"width", 3}, {"height", 7}, {"channels", 1}, {"window", 2}}) {
    shape.set(name, extent);
  }
  const std::string sums = "lane_sums.compute_at(bias_gradient, co)";
  for (const char* bound : {".bound(co, 1, 2)", ".bound(lane, 1, 1)", ".bound(co, 0, 1).bound(lane, 7, 1)"}) {
    EXPECT_THAT(refusal("conv2d_max_pool2d_bias_gradient", shape, sums + bound), StartsWith("a.nest:2:")) << bound;
  }
  EXPECT_EQ(refusal("conv2d_max_pool2d_bias_gradient", shape, sums + ".bound(co, 0, 1)"), "no error");
  EXPECT_THAT(refusal("conv2d_max_pool2d_bias_gradient", shape,
                      sums + ".bound(co, 1, 2)\nbias_gradient.gpu_blocks(co)\nlane_sums.gpu_threads(co)",
                      Halide::Target("host-opencl")),
              StartsWith("a.nest:2:41: "));
}

TEST(Runnable, BoundsHaveToHoldForEveryNumberOfBlocks) {
  EXPECT_THAT(of_conv("conv.compute_at(output, b).bound(b, 0, 1)"),
              AllOf(HasSubstr("the elements 0 to 2 of `conv` in `b`"), HasSubstr(" block=3)")));
  EXPECT_THAT(of_conv("conv.compute_at(output, b).bound(b, 0, 100)"),
              HasSubstr("would be read from 0 to 99 in `block`"));
  EXPECT_EQ(of_conv("conv.compute_at(output, b)"), "no error");
}

// Of a loop over thousands of blocks only some are gone through; what depends on the block is decided nevertheless.
TEST(Runnable, LongLoopsLeaveNothingUndecided) {
  Shape shape;
  shape.set("lanes", 16);
  shape.set("classes", 10);
  const std::string text =
      "schedule softmax_cross_entropy for cpu\n"
      "loss.compute_with(logits_gradient, b)\nnormalizer.compute_at(logits_gradient, b)\n"
      "exp_sum.compute_at(logits_gradient, b)\nlargest.compute_at(logits_gradient, b)\n";
  const std::vector<std::string> notes =
      apply_schedule(bind_algorithm("softmax_cross_entropy", "", shape),
                     {.file = "a.nest", .text = text, .parameters = {}}, Halide::get_host_target());
  EXPECT_THAT(notes, testing::IsEmpty());
}

// The body of a parallel loop is a function of its own in Halide.
TEST(Runnable, ChecksStayWithinParallelLoops) {
  EXPECT_THAT(of_conv("output.parallel(b)\nconv.compute_at(output, x).bound(x, 5, 1)"), StartsWith("a.nest:3:28: "));
  EXPECT_THAT(of_conv("conv.compute_root().parallel(co).align_bounds(x, 4)"),
              HasSubstr("would be read from 0 to 15 in `x`"));
}

TEST(Runnable, ABranchThatIsNotTakenCountsForNothing) {
  EXPECT_EQ(of_conv("output.specialize(extent(output, x) == 7).specialize_fail(\"no\")\nconv.compute_root()"),
            "no error");
}

TEST(Runnable, StorageFits) {
  EXPECT_THAT(of_conv("conv.compute_root().align_storage(lane, 2147483647)"), HasSubstr("from 1 to 16777216"));
  EXPECT_THAT(of_conv("conv.compute_root().align_storage(lane, 10000000)"),
              AllOf(StartsWith("a.nest:2:21: "), HasSubstr("`conv` would take 64000000000 bytes at once")));
  // 160 MB a block: with 14 it is too much.
  EXPECT_THAT(of_conv("conv.compute_root().align_storage(lane, 25000)"),
              AllOf(HasSubstr("`conv` would take 2240000000 bytes"), HasSubstr(" block=14)")));
  EXPECT_THAT(of_conv("conv.compute_at(output, co).align_storage(lane, 25000).store_in(Stack)"),
              HasSubstr("of a thread's stack"));
  EXPECT_EQ(of_conv("conv.compute_root().align_storage(lane, 32)"), "no error");
}

TEST(Runnable, CodeStaysSmall) {
  EXPECT_THAT(of_relu(16, "output.unroll(i, 50000)"),
              AllOf(StartsWith("a.nest:2:18: "), HasSubstr("`i` has 16 iterations")));
  EXPECT_THAT(of_relu(200000, "output.unroll(i, 50000)"),
              AllOf(StartsWith("a.nest:2:8: "), HasSubstr("50000 copies of the code in `output`")));
  EXPECT_THAT(of_relu(200000, "output.unroll(i)"), HasSubstr("200000 copies"));
  EXPECT_THAT(of_relu(16, "output.unroll(i, 2147483647)"), HasSubstr("from 1 to 16777216"));
  EXPECT_THAT(of_relu(200000, "output.split(i, o, n, 1000).unroll(n).unroll(o)"), HasSubstr("copies of the code"));
  EXPECT_THAT(of_relu(200000, "output.vectorize(i, 1024)"), HasSubstr("more than 256 values"));
  // Within each other: 10 x 10 x 16 x 16 copies.
  EXPECT_THAT(of_conv("output.unroll(x).unroll(y).unroll(co)\n"
                      "conv.compute_at(output, x).unroll(lane)\nconv.update(0).unroll(lane).unroll(kx).unroll(ky)"),
              HasSubstr("copies of the code"));
  EXPECT_EQ(of_relu(200000, "output.unroll(i, 64)"), "no error");
}

// LLVM compares the accesses of a piece of code with each other: twice as many take it four times as long.
TEST(Runnable, ManyAccessesWithoutALoopBetweenThemAreTooMany) {
  EXPECT_THAT(of_relu(4704, "output.fuse(lane, i, f).vectorize(f, 256).unroll(f, 180)"),
              AllOf(StartsWith("a.nest:2:"), HasSubstr("copies of the code in `output`")));
  EXPECT_THAT(of_relu(4704, "output.vectorize(lane).unroll(i, 1800)"), HasSubstr("1800 copies of the code"));
  EXPECT_THAT(of_relu(4704, "output.fuse(lane, i, f).unroll(f, 2500)"), HasSubstr("2500 copies of the code"));
  EXPECT_EQ(of_relu(4704, "output.fuse(lane, i, f).vectorize(f, 256).unroll(f, 60)"), "no error");
  EXPECT_EQ(of_relu(4704, "output.vectorize(lane).unroll(i, 900)"), "no error");
  // Registers of 4 values: four times as many accesses.
  EXPECT_THAT(of_relu(4704, "output.vectorize(lane).unroll(i, 900)", "x86-64-linux-sse41"),
              HasSubstr("copies of the code in `output`"));
  // Loops that remain end a piece: there are 4 pieces of 300 copies.
  EXPECT_EQ(of_relu(4704, "output.split(i, io, ii, 1200).split(ii, im, ic, 300).vectorize(lane).unroll(ic).unroll(io)"),
            "no error");
}

// Halide carries what it knows under a condition to those that follow: twice as many take it eight times as long.
// How many blocks there are is not known: none of the conditions around the copies can be decided.
TEST(Runnable, ConditionsOnTheCallCount) {
  EXPECT_THAT(of_relu(4704, "output.fuse(lane, i, f).fuse(f, b, g).unroll(g, 1000, GuardWithIf)"),
              AllOf(StartsWith("a.nest:2:39: "), HasSubstr("1000 copies of the code in `output`")));
  EXPECT_THAT(of_relu(4704, "output.reorder(b, lane, i).unroll(b, 400, GuardWithIf)"), HasSubstr("400 copies"));
  EXPECT_EQ(of_relu(4704, "output.reorder(b, lane, i).unroll(b, 100, GuardWithIf)"), "no error");
  EXPECT_EQ(of_relu(4704, "output.reorder(i, lane, b).unroll(i, 400, GuardWithIf)"), "no error");
  EXPECT_EQ(of_relu(4704, "output.fuse(lane, i, f).unroll(f, 1000, GuardWithIf)"), "no error");
}

// A vector of elements that lie far apart is loaded and stored element by element.
TEST(Runnable, ElementsThatLieApartCount) {
  Shape shape;
  for (const auto& [name, extent] :
       std::vector<std::pair<std::string, std::int64_t>>{{"lanes", 16}, {"in_features", 400}, {"out_features", 120}}) {
    shape.set(name, extent);
  }
  const auto with = [&](int unrolled, const std::string& vectorized) {
    const std::string other = vectorized == "o" ? "i" : "o";
    return refusal("linear_parameter_gradients", shape,
                   fmt::format("gradients.split({0}, {0}, {0}_inner, 16).split({1}, {1}, {1}_inner, {2})"
                               ".reorder({0}_inner, {1}_inner, {1}, {0}, b).vectorize({0}_inner).unroll({1}_inner)\n"
                               "block_sum.compute_at(gradients, {1}).vectorize({0}).unroll({1})\n"
                               "block_sum.update(0).reorder({0}, lane_r, {1}).vectorize({0}).unroll({1})"
                               ".unroll(lane_r)",
                               vectorized, other, unrolled));
  };
  EXPECT_EQ(with(24, "i"), "no error");  // i is innermost in memory
  EXPECT_EQ(with(6, "o"), "no error");
  EXPECT_THAT(with(24, "o"), HasSubstr("unrolled, the kernel would have about"));
}

TEST(Runnable, ManyConditionsAreTooMany) {
  EXPECT_THAT(of_relu(4704, "output.tile(lane, i, li, ii, 16, 120, GuardWithIf).unroll(li).unroll(ii)"),
              HasSubstr("copies of the code in `output`"));
  EXPECT_EQ(of_relu(4704, "output.tile(lane, i, li, ii, 16, 30, GuardWithIf).unroll(li).unroll(ii)"), "no error");
}

// Halide's Func of `output` may use another through one that has no name in the language.
TEST(Runnable, WrappersForStagesThatDoNotUseAFuncThemselvesAreRefusedTruly) {
  for (const std::string op : {"relu", "sigmoid", "tanh"}) {
    Shape shape;
    shape.set("lanes", 16);
    shape.set("size", 64);
    EXPECT_THAT(refusal(op, shape, "input.in(output).compute_root()"),
                StartsWith("a.nest:2:7: `output` does not use `input` itself, but through a stage that has no name; "
                           "name no stage, so that all use it"));
    EXPECT_EQ(refusal(op, shape, "input.in().compute_root()"), "no error");
  }
}

TEST(Runnable, CodeOfAllSpecializationsCounts) {
  std::string statements;
  for (int i = 0; i < 30; ++i) {
    statements += fmt::format("output.specialize(extent(output, b) == {}).unroll(i, 64)\n", i + 1);
  }
  EXPECT_THAT(of_relu(200000, statements), HasSubstr("copies of the code in `output`"));
  EXPECT_EQ(of_relu(200000, statements.substr(0, statements.find('\n'))), "no error");
  statements.clear();
  for (int i = 0; i < 30; ++i) {
    statements += fmt::format("output.specialize(extent(output, b) == {}).vectorize(lane).unroll(i, 2)\n", i + 1);
  }
  EXPECT_EQ(of_relu(16, statements), "no error");  // a sum of copies, not their product
}

// As many operations as copies of an argmax and its value: `pool` is a Tuple.
TEST(Runnable, CodeOfTuplesAndOfGpusCounts) {
  Shape shape;
  for (const auto& [name, extent] : std::vector<std::pair<std::string, std::int64_t>>{
           {"lanes", 16}, {"width", 240}, {"height", 240}, {"channels", 16}, {"window", 2}, {"stride", 2}}) {
    shape.set(name, extent);
  }
  EXPECT_THAT(refusal("max_pool2d", shape, "pool.compute_at(output, c)\npool.update(0).unroll(x).unroll(y, 20)"),
              HasSubstr("copies of the code in `pool`"));
  Shape lanes;
  lanes.set("lanes", 32);
  lanes.set("size", 200000);
  const Halide::Target cuda =
      Halide::get_host_target().with_feature(Halide::Target::CUDA).with_feature(Halide::Target::CUDACapability80);
  EXPECT_THAT(refusal("relu", lanes, "output.gpu_blocks(b).gpu_threads(lane).unroll(i, 5000)", cuda),
              HasSubstr("copies of the code in `output`"));
}

// A GPU's kernel counts as well, and its proofs take no copies for what is unrolled or vectorized.
TEST(Runnable, CodeStaysSmallOnAGpu) {
  const Halide::Target gpu = Halide::get_host_target().with_feature(Halide::Target::OpenCL);
  const std::string kernel = "output.gpu_blocks(b).gpu_threads(lane)\n";
  const auto kept = [&](const std::string& directive) {
    Shape shape;
    shape.set("lanes", 32);
    shape.set("in_features", 40);
    shape.set("out_features", 40000);
    return refusal("linear", shape,
                   kernel + "sum.compute_at(output, b).store_in(Register).gpu_threads(lane)." + directive +
                       "\nsum.update(0).gpu_threads(lane)",
                   gpu);
  };
  EXPECT_THAT(kept("unroll(o, 32768)"),
              testing::AllOf(StartsWith("a.nest:3:64: "), HasSubstr("32768 copies of the code in `sum`")));
  EXPECT_THAT(kept("vectorize(o, 32768)"),
              testing::AllOf(StartsWith("a.nest:3:64: "), HasSubstr("more than 256 values")));
  EXPECT_EQ(kept("unroll(o, 64)"), "no error");
}

TEST(Runnable, SizesAreThoseOfTheLoop) {
  EXPECT_THAT(of_conv("output.split(x, xo, xi, 100000)"), HasSubstr("`x` has 10 iterations"));
  EXPECT_THAT(of_conv("output.split(x, xo, xi, 2147483647)"), StartsWith("a.nest:2:25: "));
  EXPECT_EQ(of_conv("output.split(x, xo, xi, 16)"), "no error");
  EXPECT_THAT(of_conv("output.split(x, xo, xi, 8, GuardWithIf).split(xi, xio, xii, 5000, GuardWithIf)"),
              HasSubstr("`xi` has 8 iterations"));
  EXPECT_THAT(of_conv("conv.compute_root()\nconv.update(0).unroll(kx, 5000)"), HasSubstr("`kx` has 5 iterations"));
}

}  // namespace
}  // namespace nestwright
