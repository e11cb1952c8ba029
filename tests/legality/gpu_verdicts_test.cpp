// The corpus of verdicts on GPU schedules (gpu_verdicts.txt), and a slice of what nestwright-legality-fuzz --gpu does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/gpu/device.h"
#include "tests/legality/gpu_schedule_drawer.h"
#include "tests/legality/gpu_trial.h"
#include "tests/legality/verdict_corpus.h"

namespace nestwright {
namespace {

class GpuVerdicts : public testing::TestWithParam<VerdictEntry> {
 protected:
  void SetUp() override {
    if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  }
};

TEST_P(GpuVerdicts, AreRight) {
  const VerdictEntry& entry = GetParam();
  const DrawnUse use = small_use(entry.op, entry.algorithm);
  const GpuTrial trial = try_gpu_schedule(use, schedule_of(use, "gpu", entry.statements));
  using Verdict = GpuTrial::Verdict;
  if (entry.reason == "legal") {
    EXPECT_EQ(trial.verdict, Verdict::legal) << name_of(trial.verdict) << ": " << trial.detail;
    return;
  }
  EXPECT_EQ(trial.verdict, Verdict::foreign_value) << name_of(trial.verdict) << ": " << trial.detail;
  EXPECT_THAT(trial.detail, testing::HasSubstr(entry.reason));
  EXPECT_TRUE(trial.detail.starts_with("drawn.nest:2:")) << trial.detail;
}

INSTANTIATE_TEST_SUITE_P(Corpus, GpuVerdicts, testing::ValuesIn(read_verdicts(NESTWRIGHT_GPU_VERDICTS_FILE)));

// All threads load the old values of a Tuple that the first one stores: PoCL gives wrong results for it.
TEST(TuplesOfAGroup, AreUpdatedInLoopsOverItsThreads) {
  if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  const DrawnUse use = small_use("max_pool2d", "direct");
  const std::string kernel =
      "output.reorder(x, y, c, b, lane).gpu_blocks(c, b, lane).gpu_threads(x, y)\n"
      "pool.compute_at(output, c).store_in(GPUShared)\n";
  const auto verdict_on = [&](const std::string& update) {
    return try_gpu_schedule(use, schedule_of(use, "gpu", kernel + update));
  };
  for (const char* const update : {"", "pool.gpu_threads(x, y)"}) {
    const GpuTrial trial = verdict_on(update);
    EXPECT_EQ(trial.verdict, GpuTrial::Verdict::refused_by_halide) << update << ": " << trial.detail;
    EXPECT_THAT(trial.detail, testing::HasSubstr("load values of pool that one of them stores at the same time"));
  }
  const GpuTrial right = verdict_on("pool.gpu_threads(x, y) pool.update(0).gpu_threads(x, y)");
  EXPECT_EQ(right.verdict, GpuTrial::Verdict::legal) << right.detail;
}

// Run, these often give the right values, or never end: no other test would show them.
TEST(GpuRaces, AreRefused) {
  if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  const DrawnUse use = small_use("linear", "direct");
  const auto verdict_on = [&](const std::string& statements) {
    return try_gpu_schedule(use, schedule_of(use, "gpu", statements));
  };
  const std::string special = "output.specialize(extent(output, b) == 3).reorder(o, lane, b)";
  for (const std::string& statements :
       {special + ".gpu_blocks(b).gpu_threads(lane) output.reorder(o, lane, b).gpu_blocks(b) "
                  "sum.compute_at(output, o).hoist_storage(output, b).store_in(GPUShared)",
        special + ".gpu_blocks(b).gpu_lanes(lane) output.reorder(o, lane, b).gpu_blocks(b) "
                  "sum.compute_at(output, o).hoist_storage(output, b).store_in(GPUShared)",
        special + ".gpu_blocks(lane, b) output.reorder(o, lane, b).gpu_blocks(b) "
                  "sum.compute_at(output, o).hoist_storage(output, b)"}) {
    const GpuTrial trial = verdict_on(statements);
    EXPECT_EQ(trial.verdict, GpuTrial::Verdict::bad_placement) << name_of(trial.verdict) << trial.detail;
    EXPECT_THAT(trial.detail, testing::HasSubstr("outside of the concurrent loop `lane` of `output`"));
  }
  const GpuTrial within = verdict_on(special +
                                     ".gpu_blocks(b).gpu_threads(lane) output.reorder(o, lane, b).gpu_blocks(b) "
                                     "sum.compute_at(output, o).hoist_storage(output, lane).store_in(Stack)");
  EXPECT_EQ(within.verdict, GpuTrial::Verdict::legal) << within.detail;
  const GpuTrial atomic = verdict_on(
      "output.reorder(lane, o, b).gpu_blocks(b).gpu_threads(lane) sum.compute_at(output, b).store_in(GPUShared) "
      "sum.update(0).reorder(k, lane, o).atomic().gpu_threads(k)");
  EXPECT_EQ(atomic.verdict, GpuTrial::Verdict::refused_by_halide) << atomic.detail;
  EXPECT_THAT(atomic.detail, testing::HasSubstr("update sum atomically within the kernel"));
}

// Halide lets 3 floats begin within 9 bytes that it has counted as 2 floats.
TEST(SharedMemory, HasRoomForElementsOfTwoSizes) {
  if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  Shape shape;
  for (const auto& [name, extent] :
       std::map<std::string, std::int64_t>{{"lanes", 1}, {"width", 3}, {"height", 1}, {"channels", 3}, {"window", 2}}) {
    shape.set(name, extent);
  }
  const std::string op = "conv2d_max_pool2d_bias_gradient";
  const DrawnUse use = {op, "direct", complete_shape(find_signature(op), shape)};
  const auto verdict_with = [&](const std::string& storage) {
    return try_gpu_schedule(use, schedule_of(use, "gpu",
                                             "bias_gradient.gpu_blocks(co)\n"
                                             "argmax.in() as staged\n"
                                             "staged.compute_at(bias_gradient, co)" +
                                                 storage +
                                                 ".reorder(lane, x, c, block, y).gpu_threads(block, y)\n"
                                                 "lane_sums.compute_at(bias_gradient, co)"));
  };
  const GpuTrial refused = verdict_with("");
  EXPECT_EQ(refused.verdict, GpuTrial::Verdict::refused_otherwise) << name_of(refused.verdict);
  EXPECT_THAT(refused.detail,
              testing::HasSubstr(
                  "drawn.nest:4:8: `staged`, of 1 byte an element, and `total`, of 4, share a place in the memory"));
  const GpuTrial aligned = verdict_with(".align_storage(lane, 4)");
  EXPECT_EQ(aligned.verdict, GpuTrial::Verdict::legal) << aligned.detail;
}

// A condition of unsigned numbers is told, and a thread that a group may lack is no certain witness.
TEST(DrawnGpuSchedules, HaveWitnessesThatAreThere) {
  if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  const std::string kernel =
      "schedule load_images using direct for gpu\noutput.reorder(y, c, b, lane, x).gpu_blocks(x)";
  const DrawnUse use = small_use("load_images", "direct");
  const GpuTrial certain =
      try_gpu_schedule(use,
                       "schedule load_images using direct for gpu\n"
                       "output.fuse(y, c, n0).reorder(x, b, lane, n0).gpu_blocks(lane, n0)\n"
                       "pixels.compute_at(output, lane).reorder(y, x, b, lane).gpu_threads(b).store_in(Stack)");
  EXPECT_EQ(certain.verdict, GpuTrial::Verdict::foreign_value) << certain.detail;
  const GpuTrial perhaps = try_gpu_schedule(
      use, kernel + ".gpu_threads(lane)\npixels.compute_at(output, y).reorder(x, y, b, lane).gpu_threads(lane)");
  EXPECT_EQ(perhaps.verdict, GpuTrial::Verdict::foreign_unproved) << perhaps.detail;
}

// `words` is computed for columns of the image alone, not for those of the zeros around it.
TEST(DrawnGpuSchedules, HaveWitnessesWhereTheFuncIsComputed) {
  if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  Shape shape;
  for (const auto& [name, extent] :
       std::map<std::string, std::int64_t>{{"lanes", 1}, {"width", 4}, {"height", 2}, {"padding", 2}}) {
    shape.set(name, extent);
  }
  const DrawnUse use = {"load_images", "packed", complete_shape(find_signature("load_images"), shape)};
  const GpuTrial trial = try_gpu_schedule(
      use, schedule_of(use, "gpu",
                       "output.specialize(extent(output, b) == 3).reorder(lane, c, y, x, b).gpu_blocks(b)"
                       ".gpu_threads(y, x)\n"
                       "output.reorder(lane, y, b, x, c).gpu_blocks(x, c).gpu_threads(y, b)\n"
                       "words.compute_at(output, x).fuse(x, y, n0).reorder(lane, n0, b).gpu_threads(b)"));
  EXPECT_EQ(trial.verdict, GpuTrial::Verdict::foreign_value) << trial.detail;
}

TEST(DrawnGpuSchedules, GetRightVerdicts) {
  if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  std::map<GpuTrial::Verdict, int> counts;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const DrawnUse use = draw_use(seed);
    const std::string schedule = draw_gpu_schedule(use, seed);
    const GpuTrial trial = try_gpu_schedule(use, schedule);
    ++counts[trial.verdict];
    EXPECT_NE(trial.verdict, GpuTrial::Verdict::wrong) << trial.detail << "\nat " << use.shape.text() << ":\n"
                                                       << schedule;
  }
  // Most are worth their time.
  EXPECT_GE(counts[GpuTrial::Verdict::legal], 15);
  EXPECT_GE(counts[GpuTrial::Verdict::foreign_value], 2);
}

}  // namespace
}  // namespace nestwright
