#include "tools/workbench/tune/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "dsl/parse.h"
#include "ops/algorithm/operator.h"
#include "support/error.h"
#include "tools/workbench/tune/candidate.h"
#include "tools/workbench/tune/tiled.h"
#include "tools/workbench/use.h"

namespace nestwright::tune {
namespace {

using ::testing::ElementsAre;

Structure structure(const std::string& op, const std::string& algorithm = "") {
  return structure_of(bind_algorithm(op, algorithm, workbench::largest_use(workbench::find_uses(op, {})).shape));
}

// The `count` points that a search without measurements would try first.
std::vector<Point> likely_points(const Template& candidates, std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::pair<double, Point>> drawn;
  for (int i = 0; i < 3000; ++i) {
    Point point;
    for (const Axis& axis : candidates.axes) {
      point.push_back(std::uniform_int_distribution<int>(0, static_cast<int>(axis.options.size()) - 1)(random));
    }
    if (candidates.text(point)) drawn.emplace_back(candidates.guess(point), point);
  }
  std::ranges::sort(drawn);
  std::vector<Point> points = {candidates.start};
  for (std::size_t i = 0; i < drawn.size() && points.size() < count; ++i) points.push_back(drawn[i].second);
  return points;
}

TEST(Structure, KnowsStagesLoopsAndReads) {
  const Structure conv = structure("conv2d");
  ASSERT_EQ(conv.stages.size(), 2U);
  const StageStructure& sum = conv.stages[0];
  EXPECT_EQ(sum.name, "conv");
  EXPECT_THAT(sum.reduction, ElementsAre(::testing::Field(&Loop::name, "kx"), ::testing::Field(&Loop::name, "ky"),
                                         ::testing::Field(&Loop::name, "ci")));
  EXPECT_EQ(sum.reduction[2].extent, 6);
  EXPECT_EQ(sum.find("x")->extent, 10);
  EXPECT_EQ(sum.find("b")->extent, dynamic_extent);
  const auto input = std::ranges::find(sum.reads, "input", &Read::func);
  ASSERT_NE(input, sum.reads.end());
  EXPECT_TRUE(input->depends_on("x"));
  EXPECT_TRUE(input->depends_on("kx"));
  EXPECT_FALSE(input->depends_on("co"));
  EXPECT_TRUE(input->is_contiguous_in("lane"));
  EXPECT_FALSE(input->is_contiguous_in("x"));
  EXPECT_TRUE(conv.stages[1].is_output);
}

TEST(Structure, ReadsThroughFuncsThatSchedulesCannotName) {
  const Structure linear = structure("linear_relu");  // relu is no stage of its own
  EXPECT_TRUE(linear.find("output")->reads_from("sum"));
}

TEST(Template, CountsAccumulatorsThroughThePoolingWindow) {
  const Structure fused = structure("conv2d_relu_max_pool2d");
  const tiled::Roles roles = *tiled::roles_of(fused);
  EXPECT_EQ(roles.sum->name, "conv");
  tiled::Choices choices = {.vector = {tiled::VectorLoop::Kind::shared, "lane", 16}, .sum_at = "tile"};
  choices.tile = {{"lane", 1}, {"x", 1}, {"y", 1}, {"co", 4}, {"b", 1}};
  EXPECT_EQ(tiled::accumulators_of(roles, choices), 16);  // 2 x 2 pixels of a window x 4 channels
}

// Choices for conv2d, without the tile.
tiled::Choices convolution_choices() {
  return {.vector = {tiled::VectorLoop::Kind::shared, "lane", 16},
          .reduction = {"kx", "ky", "ci"},
          .inside = "tile",
          .sum_at = "tile"};
}

TEST(Template, NeverAsksForFarMoreRegistersThanThereAre) {
  const Structure conv = structure("conv2d");
  const tiled::Roles roles = *tiled::roles_of(conv);
  tiled::Choices choices = convolution_choices();
  choices.tile = {{"lane", 1}, {"x", 2}, {"y", 2}, {"co", 4}, {"b", 1}};
  EXPECT_TRUE(tiled::is_sensible(roles, choices, {.count = 32, .floats = 16}));
  EXPECT_FALSE(tiled::is_sensible(roles, choices, {.count = 16, .floats = 8}));  // 32 accumulators of 16 registers
}

TEST(Template, GuessesThatATileBeatsNone) {
  const Structure conv = structure("conv2d");
  const tiled::Roles roles = *tiled::roles_of(conv);
  tiled::Choices choices = convolution_choices();
  choices.tile = {{"lane", 1}, {"x", 1}, {"y", 1}, {"co", 1}, {"b", 1}};
  const Registers registers = {.count = 32, .floats = 16};
  const double untiled = tiled::guess_of(roles, choices, registers);
  choices.tile = {{"lane", 1}, {"x", 2}, {"y", 2}, {"co", 4}, {"b", 1}};
  EXPECT_LT(tiled::guess_of(roles, choices, registers), untiled / 2);
}

// Every operator has a template. Most of its likeliest candidates compile, and all that compile are right.
class EveryOperator : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryOperator, HasCandidatesThatAreRight) {
  const std::string op = GetParam();
  const workbench::Use use = workbench::largest_use(workbench::find_uses(op, {}));
  const std::vector<Template> templates = templates_for(structure(op), Halide::get_host_target());
  ASSERT_FALSE(templates.empty());
  const auto expected = std::make_shared<const std::vector<Expectation>>(expectations(op, use.shape));
  int right = 0;
  std::string refusal;
  for (const Point& point : likely_points(templates.front(), 3, 1)) {
    const ScheduleSource schedule = {.file = "candidate", .text = *templates.front().text(point), .parameters = {}};
    try {
      const Prepared prepared = prepare(op, "", use.shape, workbench::example_call(use.shape, 16), schedule, expected);
      EXPECT_TRUE(prepared.is_right()) << schedule.text;
      ++right;
    } catch (const Error& error) {
      refusal = schedule.text + error.what();
    }
  }
  EXPECT_GT(right, 0) << refusal;
}

std::vector<std::string> operators() {
  std::vector<std::string> names;
  for (const Signature& signature : all_signatures()) names.push_back(signature.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Template, EveryOperator, ::testing::ValuesIn(operators()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace nestwright::tune
