#include "tools/workbench/tune/search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace nestwright::tune {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

std::vector<Axis> axes(std::size_t count, int options) {
  std::vector<Axis> made;
  for (std::size_t i = 0; i < count; ++i) {
    Axis axis = {.name = "a" + std::to_string(i), .options = {}};
    for (int j = 0; j < options; ++j) axis.options.push_back(std::to_string(j));
    made.push_back(std::move(axis));
  }
  return made;
}

// A made-up operator: a point's time is 1 at `best` and grows with the distance from it; samples are up to 20 % longer.
// Every candidate costs a unit of the budget.
struct MadeUp {
  Point best;
  std::vector<Axis> space;
  std::mt19937 random{7};
  double used = 0.0;
  int prepared = 0;
  std::set<Point> seen = {};
  bool knows_nothing = true;  // the guess does

  double cost(const Point& point) const {
    double cost = 1.0;
    for (std::size_t i = 0; i < point.size(); ++i) cost += 0.25 * std::abs(point[i] - best[i]);
    return cost;
  }
  Problem problem() {
    return {.axes = space,
            .starts = {Point(space.size(), 0)},
            .is_allowed = [](const Point&) { return true; },
            .guess = [this](const Point& point) { return knows_nothing ? 1.0 : cost(point); },
            .prepare = [this](const Point& point) -> std::optional<Prepared> {
              ++prepared;
              used += 1.0;
              EXPECT_TRUE(seen.insert(point).second) << "a point was tried twice";
              return Prepared{
                  .sample = [this,
                             point] { return cost(point) * std::uniform_real_distribution<double>(1.0, 1.2)(random); },
                  .is_right = [] { return true; }};
            }};
  }
  Limits limits(double budget) {
    return {.used = [this, budget] { return used / budget; }};
  }
};

const auto quiet = [](const Trial&, const std::optional<Trial>&) {};

TEST(Search, FindsTheBestOfAllThatTheBudgetLetsItTry) {
  MadeUp made = {.best = {3, 1, 4}, .space = axes(3, 6)};
  const Outcome outcome = search(made.problem(), {.seed = 1}, made.limits(1e6), quiet);
  EXPECT_TRUE(outcome.is_exhausted);
  EXPECT_EQ(outcome.tried, 216);
  ASSERT_TRUE(outcome.best);
  EXPECT_EQ(outcome.best->point, made.best);
}

TEST(Search, ClimbsToTheBestOfMoreThanItCanTry) {
  MadeUp made = {.best = {7, 2, 5, 9, 1, 6, 3}, .space = axes(7, 10)};  // 10 million points
  const Outcome outcome = search(made.problem(), {.seed = 1}, made.limits(400), quiet);
  ASSERT_TRUE(outcome.best);
  EXPECT_LE(outcome.tried, 400);
  EXPECT_FALSE(outcome.is_exhausted);
  // Of 400 points that are drawn at random the best costs 2.75.
  EXPECT_LE(made.cost(outcome.best->point), 1.25);
}

TEST(Search, FollowsTheGuessFirst) {
  MadeUp made = {.best = {7, 2, 5}, .space = axes(3, 10), .knows_nothing = false};
  const Outcome outcome = search(made.problem(), {.seed = 1}, made.limits(10), quiet);
  ASSERT_TRUE(outcome.best);
  EXPECT_EQ(outcome.best->point, made.best);
}

TEST(Search, FollowsTheGuessFirstAmongMoreThanItCanList) {
  MadeUp made = {.best = {7, 2, 5, 9, 1, 6, 3}, .space = axes(7, 10), .knows_nothing = false};  // 10 million points
  const Outcome outcome = search(made.problem(), {.seed = 1}, made.limits(10), quiet);
  ASSERT_TRUE(outcome.best);
  EXPECT_EQ(outcome.best->point, made.best);
}

TEST(Search, TriesItsStartsFirst) {
  MadeUp made = {.best = {7, 2, 5}, .space = axes(3, 10)};
  Problem problem = made.problem();
  problem.starts = {{9, 9, 9}, {0, 0, 0}, {4, 4, 4}};
  std::vector<Point> order;
  search(problem, {.seed = 1}, made.limits(3),
         [&](const Trial& trial, const std::optional<Trial>&) { order.push_back(trial.point); });
  ASSERT_GE(order.size(), 2U);
  EXPECT_EQ(std::vector(order.begin(), order.begin() + 2),
            std::vector(problem.starts.begin(), problem.starts.begin() + 2));
}

TEST(Search, RepeatsItselfForASeed) {
  std::vector<std::vector<Point>> orders;
  for (const std::uint64_t seed : {5, 5, 6}) {
    MadeUp made = {.best = {2, 2, 2, 2}, .space = axes(4, 8)};
    auto& order = orders.emplace_back();
    search(made.problem(), {.seed = seed}, made.limits(30),
           [&](const Trial& trial, const std::optional<Trial>&) { order.push_back(trial.point); });
  }
  EXPECT_EQ(orders[0], orders[1]);
  EXPECT_NE(orders[0], orders[2]);
}

TEST(Search, KeepsTheBestWhenItIsStopped) {
  MadeUp made = {.best = {3, 3, 3}, .space = axes(3, 8)};
  Limits limits = made.limits(1e6);
  limits.is_stopped = [&] { return made.prepared >= 20; };
  double least = never;
  const Outcome outcome = search(made.problem(), {.seed = 1}, limits,
                                 [&](const Trial& trial, const auto&) { least = std::min(least, trial.seconds); });
  EXPECT_EQ(outcome.tried, 20);
  ASSERT_TRUE(outcome.best);
  EXPECT_EQ(outcome.best->seconds, least);
}

TEST(Search, NeverLetsAWrongOrAnImpossibleOneWin) {
  MadeUp made = {.best = {3, 1}, .space = axes(2, 6)};
  Problem problem = made.problem();
  const auto prepare = problem.prepare;
  problem.prepare = [&, prepare](const Point& point) -> std::optional<Prepared> {
    auto prepared = prepare(point);
    if (point == Point{3, 2}) return std::nullopt;
    prepared->is_right = [point] { return point != Point{3, 1}; };
    return prepared;
  };
  const Outcome outcome = search(problem, {.seed = 1, .finalists = 12}, made.limits(1e6), quiet);
  ASSERT_TRUE(outcome.best);
  EXPECT_NE(outcome.best->point, (Point{3, 1}));
  EXPECT_NE(outcome.best->point, (Point{3, 2}));
  EXPECT_EQ(made.cost(outcome.best->point), 1.25);
}

TEST(Search, GoesOnFromWhatIsKnown) {
  MadeUp made = {.best = {3, 1, 4}, .space = axes(3, 6)};
  Problem problem = made.problem();
  problem.known = {{{3, 1, 4}, 1.0}, {{0, 0, 0}, never}, {{5, 5, 5}, 9.0}};
  std::set<Point> told;
  Limits limits = made.limits(12);
  const Outcome outcome =
      search(problem, {.seed = 1}, limits, [&](const Trial& trial, const auto&) { told.insert(trial.point); });
  EXPECT_EQ(outcome.known, 3);
  EXPECT_FALSE(told.contains(Point{3, 1, 4})) << "tried again";
  EXPECT_FALSE(told.contains(Point{0, 0, 0})) << "tried again";
  ASSERT_TRUE(outcome.best);
  EXPECT_EQ(outcome.best->point, made.best) << "what is known takes part in the final";
}

TEST(Search, PreparesSeveralAtOnceAndTimesThemOneByOne) {
  MadeUp made = {.best = {3, 1, 4}, .space = axes(3, 6)};
  Problem problem = made.problem();
  const auto prepare = problem.prepare;
  const std::thread::id caller = std::this_thread::get_id();
  std::mutex mutex;
  std::set<std::thread::id> threads;
  problem.prepare = [&](const Point& point) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    auto prepared = prepare(point);
    prepared->sample = [sample = prepared->sample, caller] {
      EXPECT_EQ(std::this_thread::get_id(), caller);
      return sample();
    };
    return prepared;
  };
  const Outcome outcome = search(problem, {.seed = 1, .preparers = 3}, made.limits(1e6), quiet);
  EXPECT_EQ(outcome.tried, 216);
  EXPECT_EQ(outcome.best->point, made.best);
  EXPECT_GT(threads.size(), 1U);
}

TEST(Search, SaysThatNothingCanBeCompiled) {
  MadeUp made = {.best = {0}, .space = axes(1, 3)};
  Problem problem = made.problem();
  problem.prepare = [](const Point&) { return std::nullopt; };
  const Outcome outcome = search(problem, {}, made.limits(1e6), quiet);
  EXPECT_FALSE(outcome.best);
  EXPECT_EQ(outcome.refused, 3);
}

TEST(Search, NeedsNoAxes) {
  MadeUp made = {.best = {}, .space = {}};
  const Outcome outcome = search(made.problem(), {}, made.limits(1e6), quiet);
  ASSERT_TRUE(outcome.best);
  EXPECT_EQ(outcome.tried, 1);
}

}  // namespace
}  // namespace nestwright::tune
