// `nestwright explain`, as users start it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/train/program.h"

namespace nestwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(Explain, ShowsTheLaunchesOfAGpusSchedule) {
  const ProgramResult result =
      run_program({"explain", "linear_weight_gradient/gpu", "--layer", "fc1", "--blocks", "4", "--json"});
  ASSERT_EQ(result.status, 0) << result.err;
  const json explanation = json::parse(result.out);
  EXPECT_THAT(explanation.at("shape"), HasSubstr("lanes=32"));
  const json& kernels = explanation.at("kernels");
  ASSERT_EQ(kernels.size(), 2U);
  EXPECT_EQ(kernels[1].at("name"), "weight_gradient");
  // The input is transposed in shared memory, in 32 rows of 33 numbers for 32 images.
  EXPECT_EQ(kernels[0].at("shared_bytes"), 33 * 32 * 4);
  if (std::getenv("NESTWRIGHT_PTXAS") == nullptr) GTEST_SKIP() << "no ptxas";
  for (const json& kernel : kernels) {
    ASSERT_EQ(kernel.at("assembled").size(), 3U);
    EXPECT_GT(kernel.at("assembled").at("sm_90").at("registers"), 0);
    EXPECT_EQ(kernel.at("assembled").at("sm_90").at("spill_store_bytes"), 0);
  }
}

TEST(Explain, PrintsWhatAGpusScheduleDoes) {
  const ProgramResult result = run_program({"explain", "relu/gpu"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("kernel 1 (output): "));
  EXPECT_THAT(result.out, HasSubstr("32 elements side by side, 4 sectors"));
  EXPECT_THAT(result.out, HasSubstr("in all 1 launch, "));
}

TEST(Explain, SetsOnlyTheSameKindOfProcessorBesideEachOther) {
  const ProgramResult mixed = run_program({"explain", "conv2d/cpu", "--diff", "conv2d/gpu"});
  EXPECT_EQ(mixed.status, 1);
  EXPECT_THAT(mixed.err, HasSubstr("--diff: sets schedules of the same kind of processor beside each other"));
  EXPECT_EQ(run_program({"explain", "max_pool2d/gpu", "--diff", "max_pool2d/gpu", "--json"}).status, 0);
}

// Measured anew each time, a machine is as fast as what else runs on it lets it be.
TEST(Explain, PredictsTheSameOfTheSameSchedule) {
  const TemporaryFolder folder;
  setenv("NESTWRIGHT_TUNING_FOLDER", folder.path().c_str(), 1);
  const auto explain = [](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"explain", "relu/cpu", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return json::parse(result.out);
  };
  static_cast<void>(explain({}));
  json kept = json::parse(std::ifstream(folder.path() / "machines.json"));
  kept[0]["spread"] = 0.01;
  kept[0]["date"] = "2026-01-02 03:04 UTC";
  std::ofstream(folder.path() / "machines.json") << kept;
  const json first = explain({}), second = explain({});
  EXPECT_EQ(first.at("predicted_seconds"), second.at("predicted_seconds"));
  EXPECT_EQ(first.at("machine"), "measured 2026-01-02 03:04 UTC, spread 1.0 %");
  EXPECT_NE(explain({"--measure"}).at("machine"), first.at("machine"));
  EXPECT_THAT(run_program({"explain", "relu/cpu"}).out, HasSubstr("\nmachine                       measured 20"));
  unsetenv("NESTWRIGHT_TUNING_FOLDER");
}

}  // namespace
}  // namespace nestwright
