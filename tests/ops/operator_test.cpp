// Every operator, at every shape, under every schedule that serves it, against float64 loops.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>

#include "jit/compile.h"
#include "signatures/signature.h"
#include "tests/ops/compare.h"
#include "tests/ops/kernel_call.h"
#include "tests/ops/operator_case.h"
#include "tests/ops/reference/families.h"
#include "tests/ops/sample_inputs.h"

namespace nestwright {
namespace {

const std::filesystem::path schedules = NESTWRIGHT_SCHEDULES_FOLDER;

std::string schedule_file(const std::string& op, const std::string& schedule) {
  return (schedules / op / (schedule + ".nest")).string();
}

struct ScheduledCase {
  OperatorCase operator_case;
  std::string schedule;
};

// reference and cpu, which every operator has, and cpu_small_batch for blocks that are not full registers.
std::vector<ScheduledCase> scheduled_cases() {
  std::vector<ScheduledCase> cases;
  for (const OperatorCase& operator_case : operator_cases()) {
    cases.push_back({operator_case, "reference"});
    if (operator_case.algorithm.empty()) cases.push_back({operator_case, "cpu"});
    const bool small_batch = operator_case.shape.contains("lanes") && operator_case.shape.at("lanes") < 16;
    if (small_batch && operator_case.algorithm.empty() &&
        std::filesystem::exists(schedule_file(operator_case.op, "cpu_small_batch"))) {
      cases.push_back({operator_case, "cpu_small_batch"});
    }
  }
  return cases;
}

// Whole blocks, and blocks with absent lanes; fewer parameters than a vector, and not a multiple of one.
std::vector<DynamicExtents> extents_to_try(const Shape& shape) {
  if (!shape.contains("lanes")) return {{1, 1, 1}, {1, 13, 2}, {1, 1000, 3}};
  if (shape.at("lanes") == 1) return {{1, 1, 1}, {3, 1, 1}};
  return {{shape.at("lanes"), 1, 1}, {17, 1, 1}, {63, 1, 1}};
}

Kernel compile(const ScheduledCase& test) {
  const std::string file = schedule_file(test.operator_case.op, test.schedule);
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(file + " does not exist");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return jit::compile({test.operator_case.op, test.operator_case.algorithm, test.operator_case.shape, test.schedule, text});
}

class OperatorTest : public testing::TestWithParam<ScheduledCase> {};

TEST_P(OperatorTest, IsWithinTheErrorBoundOfFloat64Loops) {
  const OperatorCase& test = GetParam().operator_case;
  const Signature& signature = find_signature(test.op);
  const Kernel kernel = compile(GetParam());
  std::uint64_t seed = 1;
  for (const DynamicExtents& extents : extents_to_try(test.shape)) {
    SCOPED_TRACE(testing::Message() << "images " << extents.images << ", parameters " << extents.parameters);
    const reference::Tensors inputs = sample_inputs(signature, test.shape, extents, seed++);
    const reference::Tensors expected = reference::evaluate(test.op, test.shape, inputs);
    const reference::Tensors actual = call_kernel(kernel, inputs, expected, Memory::separate);
    expect_within_error(actual, expected);
    const auto outputs = signature.outputs(test.shape);
    if (std::ranges::none_of(outputs, [](const TensorSpec& spec) { return !spec.in_place_of.empty(); })) continue;
    expect_identical(call_kernel(kernel, inputs, expected, Memory::in_place), actual);
  }
}

INSTANTIATE_TEST_SUITE_P(All, OperatorTest, testing::ValuesIn(scheduled_cases()), [](const auto& info) {
  return test_name(info.param.operator_case) + "_" + info.param.schedule;
});

TEST(OperatorCoverage, EveryOperatorIsTriedAtManyShapes) {
  std::map<std::string, std::set<std::string>> shapes;
  for (const OperatorCase& test : operator_cases()) {
    shapes[test.op].insert(test.shape.text());
  }
  std::size_t total = 0;
  for (const Signature& signature : all_signatures()) {
    // An optimiser has no shape but the number of parameters, which is an argument of its kernel.
    const std::size_t least = signature.parameters.empty() ? 1 : signature.name == "momentum" ? 2 : 4;
    EXPECT_GE(shapes[signature.name].size(), least) << signature.name;
    std::cout << signature.name << " " << shapes[signature.name].size() << ", ";
    total += shapes[signature.name].size();
  }
  std::cout << "shapes tested: " << total << " of " << all_signatures().size() << " operators, "
            << scheduled_cases().size() << " kernels\n";
}

TEST(OperatorCoverage, EveryOperatorHasItsSchedules) {
  for (const Signature& signature : all_signatures()) {
    EXPECT_TRUE(std::filesystem::exists(schedule_file(signature.name, "reference"))) << signature.name;
    EXPECT_TRUE(std::filesystem::exists(schedule_file(signature.name, "cpu"))) << signature.name;
  }
}

}  // namespace
}  // namespace nestwright
