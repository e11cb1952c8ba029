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
  EXPECT_GE(counts[GpuTrial::Verdict::foreign_value], 4);
}

}  // namespace
}  // namespace nestwright
