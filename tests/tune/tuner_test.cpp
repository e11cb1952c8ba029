#include "tools/workbench/tune/tuner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "support/error.h"
#include "tests/support/files.h"

namespace nestwright::tune {
namespace {

using ::testing::HasSubstr;

constexpr const char* relu_file =
    "schedule relu for cpu\n"
    "tune vector in {4, 8, 16} = 4\n"
    "tune vectors in {1, 2, 4} = 1\n"
    "require vector * vectors <= 16\n"
    "output.fuse(lane, i, value).vectorize(value, vector, GuardWithIf).unroll(value, vectors, GuardWithIf)\n";

Request relu_request() {
  return {.op = "relu",
          .shape = {{"lanes", 16}, {"size", 512}},
          .schedule = ScheduleSource{.file = "mine.nest", .text = relu_file, .parameters = {}},
          .budget = 60.0};
}

const auto never = [] { return false; };
const auto quiet = [](const Progress&) {};

TEST(Tuner, TriesTheParametersOfAFileThatMeetItsRequirements) {
  TemporaryFolder folder;
  Request request = relu_request();
  request.records = folder / "records.jsonl";
  const Tuned tuned = tune(request, never, quiet);
  EXPECT_TRUE(tuned.outcome.is_exhausted);
  EXPECT_EQ(tuned.outcome.tried, 6) << "of 9, 3 break the requirement";
  ASSERT_TRUE(tuned.winner);
  EXPECT_EQ(tuned.winner->schedule, relu_file);
  EXPECT_LE(tuned.winner->parameters.at("vector") * tuned.winner->parameters.at("vectors"), 16);
  const std::vector<Record> records = read_records(request.records);
  ASSERT_EQ(records.size(), 7U);
  EXPECT_EQ(records.back(), *tuned.winner);
}

TEST(Tuner, GoesOnFromItsRecordsAndIgnoresThoseOfAnotherText) {
  TemporaryFolder folder;
  Request request = relu_request();
  request.records = folder / "records.jsonl";
  int tried = 0;
  tune(
      request, [&] { return tried >= 4; }, [&](const Progress& progress) { tried = progress.tried; });
  const Tuned second = tune(request, never, quiet);
  EXPECT_EQ(second.outcome.known, 4);
  EXPECT_EQ(second.outcome.tried, 2);
  request.schedule->text += "# edited\n";
  EXPECT_EQ(tune(request, never, quiet).outcome.known, 0);
}

TEST(Tuner, TellsOfWrongOrImpossibleCandidatesAndGoesOn) {
  Request request = relu_request();
  request.schedule->text =
      "schedule relu for cpu\n"
      "tune vector in {4, 7} = 4\n"
      "tune missing in {0, 1} = 0\n"
      "require missing == 0\n"
      "output.compute_root().split(i, i, inner, vector, RoundUp)\n";  // refused where 7 does not divide 512
  const Tuned tuned = tune(request, never, quiet);
  ASSERT_FALSE(tuned.winner) << "relu may be in place: RoundUp is refused";
  EXPECT_EQ(tuned.outcome.refused, 2);
}

TEST(Tuner, RefusesAFileWithoutParameters) {
  Request request = relu_request();
  request.schedule->text = "schedule relu for cpu\noutput.compute_root()\n";
  try {
    tune(request, never, quiet);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("mine.nest: has no `tune` parameter"));
  }
}

TEST(Tuner, MakesASchedulesOfItsOwn) {
  const Request request = {
      .op = "linear", .shape = {{"lanes", 16}, {"in_features", 24}, {"out_features", 12}}, .budget = 6.0, .seed = 3};
  const Tuned tuned = tune(request, never, quiet);
  ASSERT_TRUE(tuned.winner);
  EXPECT_EQ(tuned.winner->source, "tiled");
  EXPECT_THAT(tuned.winner->schedule, HasSubstr("schedule linear for cpu"));
  EXPECT_GT(tuned.outcome.tried, 1);
  EXPECT_GT(tuned.winner->seconds, 0.0);
}

}  // namespace
}  // namespace nestwright::tune
