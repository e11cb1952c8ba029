// The corpus of verdicts (verdicts.txt), and a slice of what nestwright-legality-fuzz does.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "generators/scheduling/bound_algorithm.h"
#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"
#include "tests/legality/trial.h"
#include "tests/legality/verdict_corpus.h"

namespace nestwright {
namespace {

const std::string unprovable = "unprovable: ";

class Verdicts : public testing::TestWithParam<VerdictEntry> {};

TEST_P(Verdicts, AreRight) {
  const VerdictEntry& entry = GetParam();
  const DrawnUse use = small_use(entry.op, entry.algorithm);
  const Trial trial = try_schedule(use, schedule_of(use, "any", entry.statements));
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

INSTANTIATE_TEST_SUITE_P(Corpus, Verdicts, testing::ValuesIn(read_verdicts(NESTWRIGHT_VERDICTS_FILE)));

// Schedules that make sense for most operators: a parallel output; a sum in parallel, and what is read kept for one
// iteration of a loop outside of a parallel one, which are races.
std::vector<std::string> obvious_schedules(const BoundAlgorithm& bound) {
  std::vector<std::string> schedules;
  for (const auto& [name, func] : bound.algorithm.funcs) {
    for (int u = 0; u < func.num_update_definitions(); ++u) {
      for (const auto& reduction : bound.algorithm.reduction_variables) {
        schedules.push_back(fmt::format("{0}.compute_root() {0}.update({1}).parallel({2})", name, u, reduction.first));
      }
    }
    const std::string unique_name = func.name();
    const bool is_output = std::ranges::any_of(
        bound.algorithm.outputs, [&](const Halide::Func& output) { return output.name() == unique_name; });
    if (!is_output || func.args().empty()) continue;
    const std::string inner = func.args().front().name(), outer = func.args().back().name();
    schedules.push_back(fmt::format("{}.parallel({})", name, outer));
    for (const auto& input : bound.inputs) {
      schedules.push_back(
          fmt::format("{0}.in().compute_at({1}, {2}).store_root() {1}.parallel({3})", input.first, name, inner, outer));
    }
  }
  return schedules;
}

// Of an operator that the corpus has no lines for: one of the obvious schedules is legal, one is not, and no verdict on
// them is wrong.
void expect_both_verdicts(const ops::Operator& op) {
  const DrawnUse use = small_use(op.name, op.algorithm);
  bool has_legal = false, has_illegal = false;
  for (const std::string& statements : obvious_schedules(bind_algorithm(use.op, use.algorithm, use.shape))) {
    const Trial trial = try_schedule(use, schedule_of(use, "any", statements));
    using Verdict = Trial::Verdict;
    EXPECT_NE(trial.verdict, Verdict::wrong) << trial.detail << "\nat " << use.shape.text() << ": " << statements;
    has_legal = has_legal || trial.verdict == Verdict::legal || trial.verdict == Verdict::legal_reassociated;
    has_illegal = has_illegal || trial.verdict == Verdict::broken_dependence || trial.verdict == Verdict::bad_placement;
  }
  for (const char* const missing : {has_legal ? "" : "legal", has_illegal ? "" : "what the refusal says"}) {
    if (*missing == 0) continue;
    ADD_FAILURE() << "no obvious schedule of " << op.name << " shows it; add one to tests/legality/verdicts.txt:\n"
                  << op.name << ' ' << op.algorithm << " | " << missing << " | statements";
  }
}

TEST(VerdictCorpus, HasEveryOperatorBothLegalAndIllegalOrTheyAreObvious) {
  std::set<std::string> legal, illegal;
  std::size_t legal_count = 0, illegal_count = 0;
  for (const VerdictEntry& entry : read_verdicts(NESTWRIGHT_VERDICTS_FILE)) {
    if (entry.reason.starts_with(unprovable)) continue;
    (entry.reason == "legal" ? legal : illegal).insert(entry.op);
    ++(entry.reason == "legal" ? legal_count : illegal_count);
  }
  EXPECT_GE(legal_count, 60U);
  EXPECT_GE(illegal_count, 60U);
  for (const ops::Operator& each : ops::all_operators()) {
    if (!legal.contains(each.name) || !illegal.contains(each.name)) expect_both_verdicts(each);
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
