#include "tools/workbench/candidates/choose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "dsl/parse.h"
#include "generators/records/algorithm_key.h"
#include "tools/workbench/candidates/estimate.h"
#include "tools/workbench/candidates/points.h"
#include "tools/workbench/cost/ptxas.h"

namespace nestwright::bench {
namespace {

constexpr const char* three_parameters =
    "schedule relu for gpu\n"
    "tune a in {1, 2} = 1\n"
    "tune b in {1, 2, 3} = 1\n"
    "tune c in {1, 2} = 1\n"
    "require a * b <= 4\n"
    "output.unroll(lane)\n";

TEST(CandidatePoints, AreTheShippedOneAndThoseAtMostTwoParametersAway) {
  const dsl::Schedule schedule = dsl::parse(three_parameters, "test.nest");
  const std::vector<Parameters> points = points_near(schedule, {{"a", 1}, {"b", 1}, {"c", 1}}, 100);
  ASSERT_EQ(points.size(), 9U);  // 1, 1 + 2 + 1, and 1 * 2 + 1 * 1 + 2 * 1 less that with a * b = 6
  EXPECT_EQ(points[0], (Parameters{{"a", 1}, {"b", 1}, {"c", 1}}));
  EXPECT_EQ(points[1], (Parameters{{"a", 2}, {"b", 1}, {"c", 1}}));
  EXPECT_EQ(std::set<Parameters>(points.begin(), points.end()).size(), points.size());
  for (const Parameters& point : points) {
    EXPECT_LE(point.at("a") * point.at("b"), 4);
    EXPECT_LE((point.at("a") != 1) + (point.at("b") != 1) + (point.at("c") != 1), 2);
  }
  EXPECT_EQ(points_near(schedule, points[0], 3).size(), 3U);
}

cost::GpuKernel kernel(std::int64_t blocks, std::int64_t threads) {
  return {.name = "output", .loop = "", .blocks = {blocks, 1, 1}, .threads = {threads, 1, 1}, .load_rounds = 10.0};
}

TEST(CandidateEstimate, IsOfWhatIsLaunchedInAsManyRoundsAsItTakes) {
  const double once = estimated_cycles({kernel(132, 256)}, 64);
  EXPECT_DOUBLE_EQ(once, 10.0 * 600.0);
  // A multiprocessor holds 4 blocks of 8 warps at once with 64 registers a thread, and 2 with 128.
  EXPECT_DOUBLE_EQ(estimated_cycles({kernel(std::int64_t{4} * 132, 256)}, 64), once);
  EXPECT_DOUBLE_EQ(estimated_cycles({kernel(std::int64_t{4} * 132, 256)}, 128), 2.0 * once);
  cost::GpuKernel not_launched = kernel(132, 256);
  not_launched.is_launched = false;
  EXPECT_DOUBLE_EQ(estimated_cycles({kernel(132, 256), not_launched}, 64), once);
}

TEST(CandidateEstimate, KnowsWhatABlockMayHave) {
  EXPECT_TRUE(fits_blocks({kernel(1, 1024)}));
  EXPECT_FALSE(fits_blocks({kernel(1, 256), kernel(1, 1056)}));
  cost::GpuKernel large = kernel(1, 32);
  large.shared_bytes = 49153;
  EXPECT_FALSE(fits_blocks({large}));
}

// The schedule that ships was written for 64 registers a thread, which can't hold all of the 28 sums that a thread has.
TEST(CandidateChoice, IsOfWhatCanBeLaunchedAndIsNotTheSame) {
  if (std::getenv("NESTWRIGHT_PTXAS") == nullptr) GTEST_SKIP() << "no ptxas";
  const Choice choice = {.op = "conv2d_max_pool2d_input_gradient",
                         .layer = "conv2",
                         .target = Halide::Target("x86-64-linux-sse41-cuda-cuda_capability_80"),
                         .looked_at = 4,
                         .most = 5};
  const CandidateTable table = choose(choice);
  ASSERT_LE(table.candidates.size(), choice.most);
  ASSERT_GE(table.candidates.size(), 3U);
  EXPECT_EQ(table.candidates[0].parameters, (Parameters{{"c_tile", 2}, {"part_channels", 2}, {"x_threads", 7}}));
  EXPECT_EQ(table.candidates[0].cuda_registers, cost::usual_registers);
  EXPECT_EQ(table.candidates[0].estimate, 1.0);
  // Candidates with the same parameters follow each other, each with more registers than the one before.
  EXPECT_EQ(table.candidates[1].parameters, table.candidates[0].parameters);
  std::set<std::string> functions;
  for (std::size_t i = 0; i < table.candidates.size(); ++i) {
    const Candidate& candidate = table.candidates[i];
    EXPECT_LE(candidate.registers, candidate.cuda_registers) << to_string(candidate);
    EXPECT_TRUE(functions.insert(candidate.function).second) << candidate.function;
    if (i == 0 || candidate.parameters != table.candidates[i - 1].parameters) continue;
    EXPECT_GT(candidate.registers, table.candidates[i - 1].registers) << to_string(candidate);
  }
  EXPECT_EQ(table.key.target, "x86-64-linux-cuda-cuda_capability_80");
  EXPECT_EQ(parse_candidates(to_json(table)), table);
}

}  // namespace
}  // namespace nestwright::bench
