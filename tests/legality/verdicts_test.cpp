// The corpus of verdicts (verdicts.txt), and a slice of what nestwright-legality-fuzz does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"
#include "tests/legality/trial.h"

namespace nestwright {
namespace {

struct Entry {
  std::string op, algorithm;
  std::string reason;  // or "legal"
  std::string statements;
};

void PrintTo(const Entry& entry, std::ostream* stream) { *stream << entry.op << ": " << entry.statements; }

std::vector<Entry> corpus() {
  std::ifstream stream(NESTWRIGHT_VERDICTS_FILE);
  std::vector<Entry> entries;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t space = line.find(' '), first = line.find(" | "), second = line.find(" | ", first + 1);
    entries.push_back({.op = line.substr(0, space),
                       .algorithm = line.substr(space + 1, first - space - 1),
                       .reason = line.substr(first + 3, second - first - 3),
                       .statements = line.substr(second + 3)});
  }
  return entries;
}

// Small, and large enough for every loop to have two iterations.
DrawnUse small_use(const Entry& entry) {
  static const std::map<std::string, std::int64_t> extents = {
      {"lanes", 4},        {"width", 6},         {"height", 5},    {"in_channels", 2}, {"out_channels", 3},
      {"kernel_width", 2}, {"kernel_height", 2}, {"window", 2},    {"channels", 2},    {"in_features", 6},
      {"out_features", 4}, {"classes", 5},       {"size", 6},      {"stride", 1},      {"nesterov", 0},
      {"hidden1", 4},      {"hidden2", 3},       {"channels1", 2}, {"kernel1", 2},     {"channels2", 2},
      {"kernel2", 2},      {"window2", 1}};
  Shape shape;
  for (const ShapeParameter& parameter : find_signature(entry.op).parameters) {
    const auto found = extents.find(parameter.name);
    if (found != extents.end()) shape.set(parameter.name, found->second);
  }
  return {entry.op, entry.algorithm, complete_shape(find_signature(entry.op), shape)};
}

const std::string unprovable = "unprovable: ";

class Verdicts : public testing::TestWithParam<Entry> {};

TEST_P(Verdicts, AreRight) {
  const Entry& entry = GetParam();
  const Trial trial = try_schedule(
      small_use(entry), "schedule " + entry.op + " using " + entry.algorithm + " for any\n" + entry.statements);
  using Verdict = Trial::Verdict;
  if (entry.reason == "legal") {
    const bool legal = trial.verdict == Verdict::legal || trial.verdict == Verdict::legal_reassociated;
    EXPECT_TRUE(legal) << name_of(trial.verdict) << ": " << trial.detail;
  } else if (entry.reason.starts_with(unprovable)) {
    EXPECT_EQ(trial.verdict, Verdict::refused_otherwise) << name_of(trial.verdict) << ": " << trial.detail;
    EXPECT_THAT(trial.detail, testing::HasSubstr(entry.reason.substr(unprovable.size())));
  } else {
    const bool illegal = trial.verdict == Verdict::broken_dependence || trial.verdict == Verdict::bad_placement;
    EXPECT_TRUE(illegal) << name_of(trial.verdict) << ": " << trial.detail;
    EXPECT_THAT(trial.detail, testing::HasSubstr(entry.reason));
    EXPECT_TRUE(trial.detail.starts_with("drawn.nest:2:")) << trial.detail;
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Verdicts, testing::ValuesIn(corpus()));

TEST(VerdictCorpus, HasEveryOperatorBothLegalAndIllegal) {
  std::set<std::string> legal, illegal;
  std::size_t legal_count = 0, illegal_count = 0;
  for (const Entry& entry : corpus()) {
    if (entry.reason.starts_with(unprovable)) continue;
    (entry.reason == "legal" ? legal : illegal).insert(entry.op);
    ++(entry.reason == "legal" ? legal_count : illegal_count);
  }
  EXPECT_GE(legal_count, 60U);
  EXPECT_GE(illegal_count, 60U);
  for (const ops::Operator& each : ops::all_operators()) {
    EXPECT_TRUE(legal.contains(each.name)) << each.name;
    EXPECT_TRUE(illegal.contains(each.name)) << each.name;
  }
}

TEST(DrawnSchedules, GetRightVerdicts) {
  std::map<Trial::Verdict, int> counts;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const DrawnUse use = draw_use(seed);
    const std::string schedule = draw_schedule(use, seed);
    const Trial trial = try_schedule(use, schedule);
    ++counts[trial.verdict];
    EXPECT_NE(trial.verdict, Trial::Verdict::wrong) << trial.detail << "\nat " << use.shape.text() << ":\n" << schedule;
  }
  // Most are worth their time.
  EXPECT_GE(counts[Trial::Verdict::legal], 15);
  EXPECT_GE(counts[Trial::Verdict::broken_dependence] + counts[Trial::Verdict::bad_placement], 5);
}

}  // namespace
}  // namespace nestwright
