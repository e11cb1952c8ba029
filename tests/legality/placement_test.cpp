// Where Funcs are computed and kept: what find_placement_fault() sees of long chains and of specializations.
#include "dsl/placement.h"

#include <gtest/gtest.h>

#include <functional>

namespace nestwright::dsl {
namespace {

using Halide::Func;
using Halide::Var;
using Kind = PlacementFault::Kind;

const Var x("x"), y("y");

// A Func that is kept outside of all loops, and computed in the innermost place of a chain of `length` Funcs, each of
// which is computed in the loops of the next. The last is the output.
std::optional<PlacementFault> fault_in_chain(int length, bool is_parallel) {
  Func kept("kept");
  kept(x, y) = x + y;
  std::vector<Func> chain;
  for (int n = 0; n < length; ++n) {
    Func& next = chain.emplace_back("chain");
    const Func& before = n == 0 ? kept : chain[static_cast<std::size_t>(n) - 1];
    next(x, y) = before(x, y) + 1;
  }
  kept.compute_at(chain[0], x).store_root();
  for (std::size_t n = 0; n + 1 < chain.size(); ++n) chain[n].compute_at(chain[n + 1], y);
  if (is_parallel) chain.back().parallel(y);
  return find_placement_fault(CallGraph({chain.back().function()}), kept.name());
}

TEST(Placement, AConcurrentLoopIsSeenAtTheEndOfALongChain) {
  for (const int length : {2, 60, 70, 150}) {
    EXPECT_FALSE(fault_in_chain(length, false)) << length;
    const auto fault = fault_in_chain(length, true);
    ASSERT_TRUE(fault) << length;
    EXPECT_EQ(fault->kind, Kind::concurrent_between);
    EXPECT_EQ(fault->loop, "y");
  }
}

TEST(Placement, ALoopThatIsConcurrentInOneSpecializationAloneIsSeen) {
  for (const bool is_parallel : {false, true}) {
    Func kept("kept"), output("output");
    kept(x, y) = x + y;
    output(x, y) = kept(x, y) + kept(x, y + 1);
    kept.compute_at(output, x).store_root();
    Halide::Stage special = output.specialize(output.output_buffer().dim(1).extent() == 2);
    if (is_parallel) special.parallel(y);
    const auto fault = find_placement_fault(CallGraph({output.function()}), kept.name());
    EXPECT_EQ(fault.has_value(), is_parallel);
  }
}

// Of whatever kind the loop is, and wherever around the one in which the Func is computed.
TEST(Placement, MemoryIsNotHoistedOutOfALoopThatIsConcurrentInOneSpecializationAlone) {
  using Kinds = std::vector<std::pair<std::string, std::function<void(Halide::Stage)>>>;
  const Kinds concurrent = {{"parallel", [](Halide::Stage stage) { stage.parallel(y); }},
                            {"vectorize", [](Halide::Stage stage) { stage.vectorize(y); }},
                            {"gpu_blocks", [](Halide::Stage stage) { stage.gpu_blocks(y); }},
                            {"gpu_threads", [](Halide::Stage stage) { stage.gpu_threads(y); }},
                            {"gpu_lanes", [](Halide::Stage stage) { stage.gpu_lanes(y); }}};
  const Kinds ordered = {{"unroll", [](Halide::Stage stage) { stage.unroll(y); }}, {"serial", [](Halide::Stage) {}}};
  for (const bool is_concurrent : {true, false}) {
    for (const auto& [kind, run] : is_concurrent ? concurrent : ordered) {
      for (const Var& loop : {x, y}) {
        Func kept("kept"), output("output");
        kept(x, y) = x + y;
        output(x, y) = kept(x, y) + kept(x, y + 1);
        kept.compute_at(output, loop).hoist_storage_root();
        run(output.specialize(output.output_buffer().dim(1).extent() == 2));
        const auto fault = find_placement_fault(CallGraph({output.function()}), kept.name());
        ASSERT_EQ(fault.has_value(), is_concurrent) << kind;
        if (!fault) continue;
        EXPECT_EQ(fault->kind, Kind::concurrent_between) << kind;
        EXPECT_EQ(fault->part, PlacementFault::Part::memory) << kind;
        EXPECT_EQ(fault->loop, "y") << kind;
      }
    }
  }
}

TEST(Placement, MemoryIsNotHoistedIntoTheLoopsThatItsValuesAreKeptAcross) {
  for (const bool is_outside : {true, false}) {
    Func kept("kept"), output("output");
    kept(x, y) = x + y;
    output(x, y) = kept(x, y) + kept(x, y + 1);
    kept.compute_at(output, x).store_at(output, y);
    is_outside ? kept.hoist_storage_root() : kept.hoist_storage(output, x);
    const auto fault = find_placement_fault(CallGraph({output.function()}), kept.name());
    ASSERT_EQ(fault.has_value(), !is_outside);
    if (is_outside) continue;
    EXPECT_EQ(fault->kind, Kind::storage_outside);
  }
}

TEST(Placement, AConcurrentLoopIsSeenAroundAStageThatIsComputedInnermost) {
  Func kept("kept"), sum("sum"), output("output");
  kept(x, y) = x + y;
  sum(x, y) = kept(x, y);
  sum(x, y) += 1;  // no expression to put in: Halide computes it where it is used
  output(x, y) = sum(x, y);
  kept.compute_at(sum, x).store_root();
  EXPECT_FALSE(find_placement_fault(CallGraph({output.function()}), kept.name()));
  output.parallel(y);
  EXPECT_TRUE(find_placement_fault(CallGraph({output.function()}), kept.name()));
}

TEST(Placement, TheLastOfManyWrappersIsJudged) {
  for (const int count : {3, 63, 70}) {
    Func base("base"), output("output");
    base(x, y) = x + y;
    output(x, y) = base(x, y) + base(x, y + 1);
    Func wrapper = base;
    for (int n = 0; n < count; ++n) wrapper = wrapper.in();
    wrapper.compute_at(output, x).store_root();
    output.parallel(y);
    const CallGraph graph({output.function()});
    ASSERT_TRUE(graph.funcs().contains(wrapper.name())) << count;
    EXPECT_TRUE(find_placement_fault(graph, wrapper.name())) << count;
  }
}

}  // namespace
}  // namespace nestwright::dsl
