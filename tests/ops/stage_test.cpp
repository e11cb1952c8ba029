#include "ops/algorithm/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/error.h"

namespace nestwright::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

// A stage sum(i) with an update that adds 1 + r over the reduction variable `variable`, of extent 4.
Stage counted(const std::string& name, const std::string& variable) {
  const Halide::Var i("i");
  const Halide::RDom r(0, 4, variable);
  Stage sum(name);
  sum(i) = 0.0f;
  sum(i) += 1.0f + Halide::cast<float>(r);
  sum.variables = {{variable, r.x}};
  return sum;
}

std::string message(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Stage, KeepsItsNameWhereHalideMakesAnother) {
  const Stage first("stage_of_a_name"), second("stage_of_a_name");
  EXPECT_NE(first.name(), second.name());
  EXPECT_EQ(second.schedule_name, "stage_of_a_name");
  EXPECT_EQ(second.renamed("other").schedule_name, "other");
  EXPECT_EQ(second.renamed("other").name(), second.name());
}

TEST(Stage, OfAnInputIsItsFunc) {
  const Halide::Func func("some_input");
  const Inputs inputs = {{"input", {func, {}}}};
  EXPECT_EQ(Stage("input", inputs).name(), func.name());
  EXPECT_THROW(Stage("output", inputs), std::out_of_range);
}

TEST(AlgorithmOf, NamesStagesAndVariablesOfAll) {
  const Stage sum = counted("sum", "k"), output = counted("output", "r");
  const Algorithm algorithm = algorithm_of({output}, {sum});
  ASSERT_EQ(algorithm.outputs.size(), 1U);
  EXPECT_EQ(algorithm.outputs[0].name(), output.name());
  EXPECT_THAT(algorithm.funcs, UnorderedElementsAre(Key("sum"), Key("output")));
  EXPECT_THAT(algorithm.reduction_variables, ElementsAre(Key("k"), Key("r")));
}

TEST(AlgorithmOf, RefusesANameThatTwoHave) {
  const Stage sum = counted("sum", "k");
  EXPECT_THAT(message([&] {
                algorithm_of({counted("output", "r")}, {sum, sum});
              }),
              HasSubstr("'sum' is the name of two stages"));
  EXPECT_THAT(message([&] { algorithm_of({counted("output", "k")}, {sum}); }),
              HasSubstr("'k' is the name of two reduction variables"));
}

}  // namespace
}  // namespace nestwright::ops
