// Every operator that cuDNN or cuBLASLt has, at every shape: the library beside float64 loops, and our kernels for GPUs
// beside the library, in float32 without TF32.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "generators/kernel_call/kernel_call.h"
#include "ops/reference/families.h"
#include "tests/gpu/cudnn_case.h"
#include "tests/gpu/cudnn_device.h"
#include "tests/gpu/cudnn_reference.h"
#include "tests/gpu/device.h"
#include "tests/gpu/image_layout.h"
#include "tests/ops/compare.h"

namespace nestwright {
namespace {

using reference::Tensors;

// The libraries are started once for all tests of a suite.
template <typename Case>
class OnLibraries : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const CudnnDevice device = find_cudnn();
    if (!device.missing.empty()) GTEST_SKIP() << device.missing;
    if (libraries == nullptr) libraries = std::make_unique<cudnn::Libraries>(device.stream);
  }
  static void TearDownTestSuite() { libraries.reset(); }

  static cudnn::Setting setting() { return {.libraries = libraries.get(), .is_reference = true}; }

  static inline std::unique_ptr<cudnn::Libraries> libraries;
};

// One call of an operator: the inputs that library and kernel get, and the outputs by float64 loops with error bounds.
struct Call {
  Call(const OperatorCase& test, const DynamicExtents& extents, std::uint64_t seed)
      : op(test.op),
        shape(test.shape),
        images(extents.images),
        inputs(cudnn_inputs(test, extents, seed)),
        bounds(as_images(cudnn_bounds(test, inputs))) {}

  Tensors as_images(const Tensors& blocks) const {
    return images_of(find_signature(op).outputs(shape), blocks, images);
  }
  std::vector<LibraryResult> by_library(const cudnn::Setting& setting) const {
    return cudnn_evaluate(setting, op, shape, images_of(find_signature(op).inputs(shape), inputs, images), images);
  }

  std::string op;
  Shape shape;
  std::int64_t images;
  Tensors inputs;  // in blocks
  Tensors bounds;  // as images: expected outputs, with error bounds for the library
};

// A library shows no argmax; all else is compared.
Tensors without_argmax(Tensors tensors) {
  tensors.erase("argmax");
  return tensors;
}

class CudnnOperatorTest : public OnLibraries<OperatorCase> {
 protected:
  // cuDNN may lack a plan for a graph, but not for all of them.
  static void TearDownTestSuite() {
    OnLibraries::TearDownTestSuite();
    std::cout << compared_cases << " cases by libraries, " << compared_graphs << " results of graphs among them\n";
    if (compared_cases == cudnn_cases().size()) {
      EXPECT_GT(compared_graphs, 0U);
    }
  }

  static inline std::size_t compared_cases = 0, compared_graphs = 0;
};

TEST_P(CudnnOperatorTest, IsWithinTheErrorBoundOfFloat64Loops) {
  std::uint64_t seed = 1;
  for (const DynamicExtents& extents : extents_to_try(GetParam().shape)) {
    const Call call(GetParam(), extents, seed++);
    const std::vector<LibraryResult> results = call.by_library(setting());
    ASSERT_FALSE(results.empty());
    for (const LibraryResult& result : results) {
      SCOPED_TRACE(testing::Message() << "images " << extents.images << ", " << result.plan);
      expect_within_error(result.outputs, without_argmax(call.bounds));
    }
    compared_graphs += results.size() - 1;
  }
  ++compared_cases;
}

INSTANTIATE_TEST_SUITE_P(All, CudnnOperatorTest, testing::ValuesIn(cudnn_cases()),
                         [](const auto& info) { return test_name(info.param); });

class CudnnKernelTest : public OnLibraries<CompiledCase> {
 protected:
  void SetUp() override {
    OnLibraries::SetUp();
    if (!IsSkipped() && !cuda_device.is_there()) GTEST_SKIP() << "no CUDA device";
  }
};

TEST_P(CudnnKernelTest, AgreesWithTheLibrary) {
  const OperatorCase& test = GetParam().operator_case;
  const Kernel kernel = compile(GetParam(), cuda_device.target());
  std::uint64_t seed = 1;
  for (const DynamicExtents& extents : extents_to_try(test.shape)) {
    const Call call(test, extents, seed++);
    const Tensors expected = reference::evaluate(test.op, test.shape, call.inputs);
    const Tensors own_bounds = call.as_images(expected);
    const Tensors ours = call.as_images(call_kernel(kernel, call.inputs, expected, Memory::separate));
    for (LibraryResult& result : call.by_library(setting())) {
      SCOPED_TRACE(testing::Message() << "images " << extents.images << ", " << result.plan);
      // Library and kernel may be off by their error bounds in opposite directions.
      for (auto& [name, tensor] : result.outputs) {
        for (std::size_t n = 0; n < tensor.elements().size(); ++n) {
          tensor.elements()[n].error =
              own_bounds.at(name).elements()[n].error + call.bounds.at(name).elements()[n].error;
        }
      }
      expect_within_error(without_argmax(ours), result.outputs);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudnnKernelTest, testing::ValuesIn(cudnn_kernel_cases()), [](const auto& info) {
  return test_name(info.param.operator_case) + "_" + info.param.schedule;
});

TEST(CudnnCoverage, EveryOperatorIsComparedOrHasAReasonNotTo) {
  std::vector<std::string> known = cudnn_operators();
  for (const auto& [name, reason] : operators_without_cudnn()) {
    EXPECT_FALSE(reason.empty()) << name;
    known.push_back(name);
  }
  std::vector<std::string> all;
  for (const Signature& signature : all_signatures()) all.push_back(signature.name);
  std::ranges::sort(all);
  std::ranges::sort(known);
  EXPECT_EQ(known, all) << "of an operator, either a way (cudnn_ways.h) or a reason (cudnn_reference.cpp)";
  for (const std::string& op : cudnn_operators()) {
    EXPECT_TRUE(std::ranges::any_of(cudnn_cases(), [&](const OperatorCase& test) { return test.op == op; })) << op;
  }
}

}  // namespace
}  // namespace nestwright
