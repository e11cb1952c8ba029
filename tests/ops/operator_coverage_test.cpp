// Checks that no operator is left untested.

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "dsl/parse.h"
#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"
#include "tests/ops/compiled_case.h"

namespace nestwright {
namespace {

TEST(OperatorCoverage, EveryOperatorIsTriedAtManyShapes) {
  std::map<std::string, std::set<std::string>> shapes;
  for (const OperatorCase& test : operator_cases()) shapes[test.op].insert(test.shape.text());
  std::size_t total = 0;
  std::cout << "shapes tested: ";
  for (const Signature& signature : all_signatures()) {
    // An optimiser has no shape but the number of parameters, which is an argument of its kernel.
    const std::size_t least = signature.parameters.empty() ? 1 : signature.name == "momentum" ? 2 : 4;
    EXPECT_GE(shapes[signature.name].size(), least) << signature.name;
    std::cout << signature.name << " " << shapes[signature.name].size() << ", ";
    total += shapes[signature.name].size();
  }
  std::cout << "in all " << total << " of " << all_signatures().size() << " operators, " << compiled_cases().size()
            << " kernels\n";
}

TEST(OperatorCoverage, EveryOperatorHasAReferenceAndACpuSchedule) {
  for (const Signature& signature : all_signatures()) {
    EXPECT_TRUE(std::filesystem::exists(schedule_file(signature.name, "reference"))) << signature.name;
    EXPECT_TRUE(std::filesystem::exists(schedule_file(signature.name, "cpu"))) << signature.name;
  }
}

TEST(OperatorCoverage, EveryAlgorithmHasASchedule) {
  std::set<std::string> scheduled;
  for (const Signature& signature : all_signatures()) {
    for (const auto& schedules : {cpu_schedules(signature.name), gpu_schedules(signature.name)}) {
      for (const std::string& schedule : schedules) {
        const std::string algorithm = dsl::parse(schedule_text(signature.name, schedule), schedule).algorithm;
        scheduled.insert(signature.name + " " + ops::find_operator(signature.name, algorithm).algorithm);
      }
    }
  }
  for (const ops::Operator& op : ops::all_operators()) {
    EXPECT_TRUE(scheduled.contains(op.name + " " + op.algorithm)) << op.name << " " << op.algorithm;
  }
}

}  // namespace
}  // namespace nestwright
