#include "tools/workbench/cost/explain.h"

#include <gtest/gtest.h>

#include "support/error.h"

// Exact counts for nests that are small enough to count by hand.
namespace nestwright::cost {
namespace {

Machine any_machine() {
  return {.cycle = 1.0,
          .multiply_add = 1.0,
          .narrow_multiply_add = 0.5,
          .multiply_add_latency = 4.0,
          .load = 1.0,
          .narrow_load = 0.5,
          .store = 2.0,
          .narrow_store = 1.0,
          .line = {1.0, 3.0},
          .caches = {{"L1", 32768, 8, 64}, {"L2", 1048576, 16, 64}}};
}

ExplainRequest request(const std::string& text, const std::string& shape,
                       const std::string& target = "x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41") {
  return {.schedule = {.file = "test.nest", .text = text, .parameters = {}},
          .op = "conv2d",
          .shape = Shape::parse(shape),
          .size = {.blocks = 1},
          .target = Halide::Target(target),
          .machine = any_machine(),
          .caches = any_machine().caches};
}

const char* const conv2 = "lanes=16,width=14,height=14,in_channels=6,out_channels=16,kernel_width=5,kernel_height=5";
const char* const tiled =
    "schedule conv2d for cpu\n"
    "output.tile(x, y, xi, yi, 2, 2).split(co, coo, coi, 4).reorder(lane, coi, xi, yi, x, y, coo, b)\n"
    "output.vectorize(lane).unroll(coi).unroll(xi).unroll(yi)\n"
    "conv.compute_at(output, x).vectorize(lane).unroll(co).unroll(x).unroll(y)\n"
    "conv.update(0).reorder(lane, co, x, y, kx, ky, ci).vectorize(lane).unroll(co).unroll(x).unroll(y).unroll(kx)\n";

const ExplainedLoop& find_loop(const Explanation& explanation, const std::string& ending) {
  for (const ExplainedLoop& loop : explanation.loops) {
    if (loop.name.ends_with(ending)) return loop;
  }
  throw Error(ending, "is no loop");
}

TEST(Explain, CountsATileOfAConvolution) {
  const Explanation explanation = explain(request(tiled, conv2));
  EXPECT_EQ(explanation.flops, 2.0 * 16 * 100 * 16 * 150);
  // 100 tiles of 30 rows of taps load 5 weights of 4 channels and 2 rows of 6 pixels once each; and each tile 4 biases.
  EXPECT_EQ(explanation.loads, 100 * 30 * (4 * 5 + 2 * 6) + 100 * 4 - 96 * 4);
  EXPECT_EQ(explanation.stores, 1600);
  EXPECT_EQ(explanation.lanes, 16.0);
  EXPECT_EQ(explanation.live_registers, 16 + 4);
  EXPECT_EQ(explanation.spills.in_loops, 0);
}

TEST(Explain, KnowsTripsFootprintsAndReuse) {
  const Explanation explanation = explain(request(tiled, conv2));
  const ExplainedLoop& rows = find_loop(explanation, "conv.s1.ky");
  EXPECT_EQ(rows.footprint.trips(), 5.0);
  EXPECT_EQ(rows.footprint.executions, 100 * 6);
  // Each of 2 x 6 pixels takes a line; each of 4 rows of 5 weights lies in one or two lines.
  EXPECT_GE(rows.footprint.iteration_lines, 12.0 + 4.0);
  EXPECT_LE(rows.footprint.iteration_lines, 12.0 + 8.0);
  const ExplainedLoop& channels = find_loop(explanation, "output.s0.coo");
  EXPECT_EQ(channels.depth, 1);
  EXPECT_EQ(channels.footprint.trips(), 4.0);
  // All inputs (14 x 14 x 6 lines), outputs (100 x 16), 2400 weights (150 lines) and 16 biases (1).
  EXPECT_EQ(channels.footprint.loop_lines, 1176.0 + 1600.0 + 150.0 + 1.0);
}

TEST(Explain, WhatFitsACacheIsNotMissedAgain) {
  ExplainRequest fits = request(tiled, conv2);
  fits.caches = {{"L1", 1 << 20, 16, 64}};
  EXPECT_EQ(explain(fits).levels.at(0).traffic.misses, 0);
  // A cache of one line misses every access to another line than the last: at least each of the 12 pixels of each row
  // of taps.
  fits.caches = {{"L1", 64, 1, 64}};
  EXPECT_GE(explain(fits).levels.at(0).traffic.misses, 100 * 30 * 12);
}

TEST(Explain, TrafficIsNeverLessThanTheBound) {
  for (const std::int64_t kilobytes : {1, 4, 16, 64}) {
    ExplainRequest small = request(tiled, conv2);
    small.caches = {{"L1", kilobytes * 1024, 8, 64}};
    const ExplainedLevel level = explain(small).levels.at(0);
    EXPECT_GE(level.bytes(), level.bound.bytes) << kilobytes;
  }
}

TEST(Explain, NarrowVectorsNeedMoreInstructions) {
  const Explanation avx2 = explain(request(tiled, conv2, "x86-64-linux-avx-avx2-f16c-fma-sse41"));
  const Explanation avx512 = explain(request(tiled, conv2));
  EXPECT_EQ(avx2.instructions, 2 * avx512.instructions);
  EXPECT_EQ(avx2.vector_registers, 16);
  EXPECT_GE(avx2.live_registers, 32);
  EXPECT_GT(avx2.time.spills, 0.0);
  EXPECT_GT(avx2.spills.in_loops, 0) << "32 accumulators in 16 registers";
}

TEST(Explain, OneSumWaitsForItself) {
  const Explanation explanation =
      explain(request("schedule conv2d for cpu\n"
                      "output.reorder(lane, x, y, co, b).vectorize(lane)\n"
                      "conv.compute_at(output, x).vectorize(lane)\n"
                      "conv.update(0).vectorize(lane)\n",
                      conv2));
  EXPECT_LE(explanation.live_registers, 2) << "the sum, and what stays the same in a loop";
  EXPECT_EQ(explanation.time.binding().name, "latency of additions");
}

TEST(Explain, CountsParallelTasks) {
  std::string text = tiled;
  text += "output.parallel(coo)\n";
  EXPECT_EQ(explain(request(text, conv2)).parallel_tasks, 4.0);
  EXPECT_EQ(explain(request(tiled, conv2)).parallel_tasks, 1.0);
}

TEST(Explain, RefusesWhatCannotBeScheduled) {
  EXPECT_THROW(explain(request("schedule conv2d for cpu\nconvv.compute_root()\n", conv2)), Error);
}

}  // namespace
}  // namespace nestwright::cost
