// Dependences of updates that no operator has: stencils, histograms, wavefronts, triangles.
#include "dsl/polyhedral/conflict.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/legality/loop_simulation.h"

namespace nestwright::polyhedral {
namespace {

using namespace Halide;

// The verdict on the Func's first update, which brute force must confirm.
std::optional<Conflict> verdict(const Func& func) {
  const Internal::Definition& definition = func.function().update(0);
  const StageModel model = model_stage(func.function(), definition);
  const LoopNest nest = LoopNest::of(definition.schedule());
  const std::optional<Conflict> conflict = find_conflict(model, nest);
  const LoopSimulation simulation(model, nest, 3, 4);
  EXPECT_EQ(simulation.finds_conflict(false), conflict.has_value());
  if (conflict) {
    EXPECT_EQ(simulation.conflict_of(conflict->first, conflict->second), conflict->kind);
  }
  return conflict;
}

const Var x("x"), y("y");

TEST(Conflict, AStencilInItsOwnPlaceRacesWithItsNeighbours) {
  const RDom r(1, 8, "r");
  Func f("f");
  f(x) = x;
  f(r) = f(r - 1) + 1;
  EXPECT_FALSE(verdict(f));
  f.update().allow_race_conditions().parallel(r);
  const auto conflict = verdict(f);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->kind, Conflict::Kind::race);
  EXPECT_EQ(conflict->first.at(r.x.name()), 1);
  EXPECT_EQ(conflict->second.at(r.x.name()), 2);
}

TEST(Conflict, AStrideThatKeepsReadsAndWritesApartDoesNotRace) {
  const RDom r(0, 8, "r");
  Func f("f");
  f(x) = x;
  f(2 * r) = f(2 * r + 1) + 1;
  f.update().allow_race_conditions().parallel(r);
  EXPECT_FALSE(verdict(f));
}

TEST(Conflict, AWavefrontMayRunInParallelOnlyInside) {
  const RDom r(1, 5, 1, 5, "r");
  const auto make = [&](const RVar& loop) {
    Func f("f");
    f(x, y) = x + y;
    f(r.x, r.y) = f(r.x, r.y - 1) + f(r.x + 1, r.y - 1);
    f.update().allow_race_conditions().parallel(loop);
    return verdict(f);
  };
  EXPECT_FALSE(make(r.x));  // each row reads the one before
  EXPECT_TRUE(make(r.y));
}

TEST(Conflict, AHistogramMayUpdateAnyBin) {
  const RDom r(0, 8, "r");
  Func data("data"), bins("bins");
  data(x) = (x * 7) % 3;
  bins(x) = 0;
  bins(clamp(data(r), 0, 2)) += 1;
  EXPECT_FALSE(verdict(bins));
  bins.update().allow_race_conditions().vectorize(r, 4);
  const auto conflict = verdict(bins);
  ASSERT_TRUE(conflict);
  EXPECT_FALSE(conflict->first_element[0]);
  const StageModel model = model_stage(bins.function(), bins.function().update(0));
  EXPECT_EQ(model.reordering, Reordering::changes_nothing);  // integers
}

TEST(Conflict, PiecewiseAndRoundedIndicesAreExact) {
  const RDom r(0, 8, "r");
  const auto races = [&](const std::function<Expr(Expr)>& index) {
    Func f("f");
    f(x) = 0;
    f(index(r)) = cast<int>(r.x);
    f.update().allow_race_conditions().parallel(r);
    return verdict(f).has_value();
  };
  EXPECT_FALSE(races([](const Expr& i) { return select(i < 4, i, i + 8); }));
  EXPECT_TRUE(races([](const Expr& i) { return select(i < 4, i, 7 - i); }));
  EXPECT_TRUE(races([](const Expr& i) { return i / 2; }));
  EXPECT_FALSE(races([](const Expr& i) { return (i % 2) * 4 + i / 2; }));
  EXPECT_TRUE(races([](const Expr& i) { return min(i, 6); }));
  EXPECT_FALSE(races([](const Expr& i) { return 7 - i; }));
}

TEST(Conflict, AConditionOfTheReductionCounts) {
  const auto make = [](bool one_row) {
    RDom domain(0, 6, 0, 6, "r");
    if (one_row) domain.where(domain.y == 2);
    Func f("f");
    f(x) = 0.0f;
    f(domain.x) += cast<float>(domain.y);
    f.update().allow_race_conditions().parallel(domain.y);
    return verdict(f);
  };
  EXPECT_TRUE(make(false));
  EXPECT_FALSE(make(true));
}

TEST(Conflict, FusedAndSplitLoopsKeepTheOrderOfTheirOwn) {
  const RDom r(0, 4, 0, 6, "r");
  const RVar both("both"), outer("outer"), inner("inner");
  const auto sum = [&](const std::function<void(Stage)>& schedule) {
    Func f("f");
    f(x) = 0.0f;
    f(x) += cast<float>(r.x * r.y);
    schedule(f.update());
    return verdict(f);
  };
  EXPECT_FALSE(sum([&](Stage s) { s.fuse(r.x, r.y, both).split(both, outer, inner, 5, TailStrategy::GuardWithIf); }));
  EXPECT_TRUE(sum([&](Stage s) { s.fuse(r.y, r.x, both); }));
  EXPECT_TRUE(sum([&](Stage s) { s.split(r.y, outer, inner, 4, TailStrategy::GuardWithIf).reorder(outer, inner); }));
  EXPECT_FALSE(sum([&](Stage s) {
    s.fuse(x, r.x, both).split(both, outer, inner, 5, TailStrategy::GuardWithIf).reorder(inner, outer, r.y);
  }));
}

TEST(Judge, OrderMattersToRoundingUnlessAtomic) {
  const RDom r(0, 4, 0, 4, "r");
  const auto judged = [&](const Type& type, bool atomic) {
    Func f("f");
    f(x) = cast(type, 0);
    f(x) += cast(type, r.x);
    if (atomic) f.update().atomic();
    f.update().reorder(r.y, r.x);
    const Internal::Definition& definition = f.function().update(0);
    return judge(model_stage(f.function(), definition), LoopNest::of(definition.schedule()));
  };
  EXPECT_TRUE(judged(Float(32), false).conflict);
  EXPECT_FALSE(judged(Float(32), true).conflict);
  EXPECT_TRUE(judged(Float(32), true).reassociation);
  EXPECT_FALSE(judged(Int(32), false).conflict);
  EXPECT_FALSE(judged(Int(32), true).reassociation);
}

}  // namespace
}  // namespace nestwright::polyhedral
