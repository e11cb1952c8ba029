#include "dsl/directive_guide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "dsl/directives.h"
#include "dsl/parse.h"
#include "generators/kernel_call/verification.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/example_loops.h"

namespace nestwright::dsl {

// Prints the directive's name, by which GoogleTest names the case.
void PrintTo(const DirectiveGuide& guide, std::ostream* stream) { *stream << guide.name; }

}  // namespace nestwright::dsl

namespace nestwright::workbench {
namespace {

using dsl::DirectiveGuide;

// The directives whose example leaves the loops as they are.
const std::set<std::string> changes_no_loop = {"unscheduled"};

ScheduleSource source_of(const dsl::GuideExample& example) {
  return {.file = "example.nest", .text = schedule_text(example, true), .parameters = {}};
}

TEST(DirectiveGuides, AreThereForEveryDirectiveInOrder) {
  std::vector<std::string> directives, guides;
  for (const dsl::Directive& directive : dsl::directives()) directives.push_back(directive.name);
  for (const DirectiveGuide& guide : dsl::directive_guides()) guides.push_back(guide.name);
  EXPECT_EQ(guides, directives);
}

class DirectiveGuideTest : public ::testing::TestWithParam<DirectiveGuide> {};

TEST_P(DirectiveGuideTest, SaysWhenAndWhatFor) {
  EXPECT_TRUE(GetParam().legal.ends_with('.'));
  EXPECT_TRUE(GetParam().purpose.ends_with('.'));
}

TEST_P(DirectiveGuideTest, TheLineOfTheExampleUsesTheDirective) {
  const dsl::Schedule with = dsl::parse(schedule_text(GetParam().example, true), "with.nest");
  const auto& last = std::get<dsl::Statement>(with.items.back().what);
  EXPECT_TRUE(std::ranges::any_of(last.calls, [](const dsl::Call& call) { return call.name == GetParam().name; }));
}

TEST_P(DirectiveGuideTest, TheExampleChangesTheLoopsThatAreShown) {
  const std::string before = example_loops(GetParam().example, false), after = example_loops(GetParam().example, true);
  EXPECT_NE(after, "");
  EXPECT_EQ(before == after, changes_no_loop.contains(GetParam().name)) << after;
  // The loops are the same when the process has already made others, whose names Halide counts.
  EXPECT_EQ(after, example_loops(GetParam().example, true));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("$")));
}

TEST_P(DirectiveGuideTest, TheExampleCompilesAndIsRight) {
  const dsl::GuideExample& example = GetParam().example;
  const Halide::Target target(example.target);
  if (target.has_gpu_feature()) {
    const BoundAlgorithm bound = bind_algorithm(example.op, example.algorithm, Shape::parse(example.shape));
    apply_schedule(bound, source_of(example), target);
    const Halide::Module module =
        Halide::Pipeline(bound.algorithm.outputs).compile_to_module(compile_arguments(bound), "example", target);
    EXPECT_GT(module.resolve_submodules().functions().size(), 0U);
    return;
  }
  const Shape shape = complete_shape(find_signature(example.op), Shape::parse(example.shape));
  const reference::Comparison comparison =
      verify(compile(source_of(example), {.op = example.op, .shape = shape, .where = ""}));
  EXPECT_TRUE(comparison.is_right()) << comparison.complaint;
}

INSTANTIATE_TEST_SUITE_P(Everywhere, DirectiveGuideTest, ::testing::ValuesIn(dsl::directive_guides()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace nestwright::workbench
