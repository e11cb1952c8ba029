// Compares every operator, at every shape, under every GPU schedule, with float64 loops, on each device that there is.

#include <gtest/gtest.h>

#include <iostream>

#include "ops/signature/signature.h"
#include "tests/gpu/device.h"
#include "tests/ops/compiled_case.h"
#include "tests/ops/expectation.h"

namespace nestwright {
namespace {

std::string name_of(const testing::TestParamInfo<CompiledCase>& info) {
  return test_name(info.param.operator_case) + "_" + info.param.schedule;
}

class OnOpenCl : public testing::TestWithParam<CompiledCase> {
 protected:
  void SetUp() override {
    if (!opencl_device.is_there()) GTEST_SKIP() << "no OpenCL device";
  }
};
TEST_P(OnOpenCl, IsWithinTheErrorBoundOfFloat64Loops) { expect_as_float64_loops(GetParam(), opencl_device.target()); }
INSTANTIATE_TEST_SUITE_P(All, OnOpenCl, testing::ValuesIn(compiled_gpu_cases()), name_of);

class OnCuda : public testing::TestWithParam<CompiledCase> {
 protected:
  void SetUp() override {
    if (!cuda_device.is_there()) GTEST_SKIP() << "no CUDA device";
  }
};
TEST_P(OnCuda, IsWithinTheErrorBoundOfFloat64Loops) { expect_as_float64_loops(GetParam(), cuda_device.target()); }
INSTANTIATE_TEST_SUITE_P(All, OnCuda, testing::ValuesIn(compiled_gpu_cases()), name_of);

TEST(GpuCoverage, EveryOperatorHasAGpuSchedule) {
  for (const Signature& signature : all_signatures()) {
    EXPECT_FALSE(gpu_schedules(signature.name).empty()) << signature.name;
  }
  std::cout << compiled_gpu_cases().size() << " kernels of " << all_signatures().size() << " operators\n";
}

}  // namespace
}  // namespace nestwright
