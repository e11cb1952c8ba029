// Every operator, at every shape, under every schedule that serves it, against float64 loops.

#include <gtest/gtest.h>

#include "tests/ops/compiled_case.h"
#include "tests/ops/expectation.h"

namespace nestwright {
namespace {

class OperatorTest : public testing::TestWithParam<CompiledCase> {};

TEST_P(OperatorTest, IsWithinTheErrorBoundOfFloat64Loops) { expect_as_float64_loops(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, OperatorTest, testing::ValuesIn(compiled_cases()), [](const auto& info) {
  return test_name(info.param.operator_case) + "_" + info.param.schedule;
});

}  // namespace
}  // namespace nestwright
