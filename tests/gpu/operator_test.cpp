// Every operator, at every shape, under every GPU schedule, against float64 loops: on whatever device there is.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "reference/families.h"
#include "reference/kernel_call.h"
#include "reference/sample_inputs.h"
#include "signatures/signature.h"
#include "tests/gpu/device.h"
#include "tests/ops/compare.h"
#include "tests/ops/compiled_case.h"

namespace nestwright {
namespace {

void verify(const CompiledCase& compiled_case, const Device& device) {
  const OperatorCase& test = compiled_case.operator_case;
  const Signature& signature = find_signature(test.op);
  const Kernel kernel = compile(compiled_case, device.target());
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

std::string name_of(const testing::TestParamInfo<CompiledCase>& info) {
  return test_name(info.param.operator_case) + "_" + info.param.schedule;
}

class OnOpenCl : public testing::TestWithParam<CompiledCase> {
 protected:
  void SetUp() override {
    if (!opencl.is_there()) GTEST_SKIP() << "no OpenCL device";
  }
};
TEST_P(OnOpenCl, IsWithinTheErrorBoundOfFloat64Loops) { verify(GetParam(), opencl); }
INSTANTIATE_TEST_SUITE_P(All, OnOpenCl, testing::ValuesIn(compiled_gpu_cases()), name_of);

class OnCuda : public testing::TestWithParam<CompiledCase> {
 protected:
  void SetUp() override {
    if (!cuda.is_there()) GTEST_SKIP() << "no CUDA device";
  }
};
TEST_P(OnCuda, IsWithinTheErrorBoundOfFloat64Loops) { verify(GetParam(), cuda); }
INSTANTIATE_TEST_SUITE_P(All, OnCuda, testing::ValuesIn(compiled_gpu_cases()), name_of);

TEST(GpuCoverage, EveryOperatorHasAGpuSchedule) {
  for (const Signature& signature : all_signatures()) {
    EXPECT_FALSE(gpu_schedules(signature.name).empty()) << signature.name;
  }
  std::cout << compiled_gpu_cases().size() << " kernels of " << all_signatures().size() << " operators\n";
}

}  // namespace
}  // namespace nestwright
