#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "ops/signature/signature.h"
#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The lines that the program prints as a manifest, without their comments.
std::vector<std::string> manifest(const std::vector<std::string>& arguments) {
  const ProgramResult result = run_program(arguments);
  EXPECT_EQ(result.status, 0) << result.err;
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(result.out)) {
    const std::string kept = line.substr(0, line.find("  #"));
    if (!kept.starts_with("#")) lines.push_back(kept);
  }
  return lines;
}

TEST(Kernels, ListsThoseInTheProgramAsAManifestDoes) {
  const std::vector<std::string> lines = manifest({"kernels"});
  EXPECT_GT(lines.size(), 100U);
  for (const std::string& line : lines) {
    std::istringstream words(line);
    std::string op;
    std::string algorithm;
    std::string schedule;
    std::string shape;
    words >> op >> algorithm >> schedule;
    std::getline(words, shape);
    shape.resize(std::min(shape.find(" with "), shape.size()));
    const Signature& signature = find_signature(op);
    EXPECT_EQ(complete_shape(signature, Shape::parse(shape)), Shape::parse(shape)) << line;
    EXPECT_FALSE(schedule.empty()) << line;
  }
}

TEST(Kernels, AShippedModelHasAllThatItNeeds) {
  const std::vector<std::string> in_program = manifest({"kernels"});
  for (const char* model : {"lenet5", "lenet_caffe"}) {
    EXPECT_THAT(run_program({"kernels", "--model", model}).out, Not(HasSubstr("not in this program")));
    const std::vector<std::string> required = manifest({"kernels", "--model", model});
    EXPECT_GT(required.size(), 50U);
    for (const std::string& line : required) EXPECT_EQ(std::ranges::count(in_program, line), 1) << line;
  }
}

TEST(Kernels, AShippedModelHasAllThatItNeedsOnADevice) {
  const std::vector<std::string> in_program = manifest({"kernels"});
  for (const char* model : {"lenet5", "lenet_caffe"}) {
    const std::vector<std::string> arguments = {"kernels", "--model", model, "--device", "cuda"};
    EXPECT_THAT(run_program(arguments).out, Not(HasSubstr("not in this program")));
    const std::vector<std::string> required = manifest(arguments);
    // The program has each kernel once for OpenCL and once for CUDA.
    for (const std::string& line : required) EXPECT_EQ(std::ranges::count(in_program, line), 2) << line;
  }
}

// lenet5 has all fused kernels. lenet_caffe's convolutions have no relu, so no feature_extractor is made of them.
TEST(Kernels, OfAShippedModelAreFusedWhereTheyCanBe) {
  const std::string would_be = "would be one launch instead of several";
  EXPECT_THAT(run_program({"kernels", "--model", "lenet5", "--device", "cuda"}).out,
              AllOf(HasSubstr("\nfeature_extractor "), HasSubstr("\nclassifier_step "), Not(HasSubstr(would_be))));
  // Its convolutions have no relu, and two linear layers are no classifier.
  EXPECT_THAT(run_program({"kernels", "--model", "lenet_caffe", "--device", "cuda"}).out, Not(HasSubstr(would_be)));
}

}  // namespace
}  // namespace nestwright
