#include "bench/candidates/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace nestwright::bench {
namespace {

constexpr const char* gpu = "Some GPU";

CandidateTable table() {
  return {.key = {"relu", "direct", "lanes=32 size=8", "x86-64-linux-cuda", "", "21.0.0", "0123"},
          .layer = "relu1",
          .source = "relu/gpu",
          .schedule = "schedule relu for gpu\n",
          .candidates = {{"f0", {{"features", 8}}, 64, 32, 1.0}, {"f1", {{"features", 8}}, 96, 80, 1.0}}};
}

Timing took(std::int64_t batch, double seconds) { return {.batch = batch, .seconds = seconds}; }

TEST(CandidateOutcome, IsBestOverAllBatchSizesTogether) {
  // The sums of the candidates' ratios to the best time of each size: 1 + 2, 1.5 + 1, 1.2 + 1.2.
  const Timings timings = {{0, {took(64, 1e-6), took(1024, 20e-6)}},
                           {1, {took(64, 1.5e-6), took(1024, 10e-6)}},
                           {2, {took(64, 1.2e-6), took(1024, 12e-6)}}};
  EXPECT_EQ(winner_of(timings), 2U);
}

TEST(CandidateOutcome, IsNoneOfThoseThatAreWrongAtAnyBatchSize) {
  Timings timings = {{0, {took(64, 2e-6), took(1024, 20e-6)}},
                     {1, {took(64, 1e-6), {.batch = 1024, .complaint = "wrong"}}}};
  EXPECT_EQ(winner_of(timings), 0U);
  timings.erase(0);
  EXPECT_EQ(winner_of(timings), std::nullopt);
}

TEST(CandidateOutcome, IsGoneOnFromWhenAllOfItIsRecorded) {
  std::vector<tune::Record> records = {trial_record(table(), 1, took(64, 1e-6), gpu)};
  const std::vector<std::int64_t> batches = {64, 1024};
  EXPECT_FALSE(recorded_timings(records, table(), 1, batches, gpu));
  records.push_back(trial_record(table(), 1, {.batch = 1024, .complaint = "wrong"}, gpu));
  const auto timings = recorded_timings(records, table(), 1, batches, gpu);
  ASSERT_TRUE(timings);
  EXPECT_EQ(timings->at(0).seconds, 1e-6);
  EXPECT_TRUE(timings->at(0).is_right());
  EXPECT_FALSE(timings->at(1).is_right());
  // A time does not hold for another candidate, for another text of the schedule, or on another GPU.
  EXPECT_FALSE(recorded_timings(records, table(), 0, batches, gpu));
  CandidateTable edited = table();
  edited.schedule += "# edited\n";
  EXPECT_FALSE(recorded_timings(records, edited, 1, batches, gpu));
  EXPECT_FALSE(recorded_timings(records, table(), 1, batches, "Another GPU"));
}

TEST(CandidateOutcome, IsARowThatSaysWhyThereIsNoTime) {
  const auto right = nlohmann::json::parse(row_of(table(), 1, took(64, 1.5e-6), gpu));
  EXPECT_EQ(right.at("microseconds"), 1.5);
  EXPECT_EQ(right.at("cuda_registers"), 96);
  EXPECT_FALSE(right.contains("complaint"));
  const auto wrong = nlohmann::json::parse(row_of(table(), 1, {.batch = 64, .complaint = "wrong"}, gpu));
  EXPECT_TRUE(wrong.at("microseconds").is_null());
  EXPECT_EQ(wrong.at("complaint"), "wrong");
}

}  // namespace
}  // namespace nestwright::bench
