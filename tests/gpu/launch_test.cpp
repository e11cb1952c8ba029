// Counts the kernels that a training step launches and the buffers that it asks for. Halide's runtime looks for
// OpenCL's functions in this program first, which counts their calls and passes them on.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

#include "generators/generated_kernels.h"
#include "generators/kernel_interface/registry.h"
#include "model/data/synthetic_digits.h"
#include "model/device/device_session.h"
#include "model/graph/models.h"
#include "model/runtime/halide_on_openmp.h"

namespace {

int launches = 0;
int buffers = 0;

template <typename Function>
Function* real(const char* name) {
  static void* const library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
  return reinterpret_cast<Function*>(dlsym(library, name));
}

}  // namespace

// C's types stand for OpenCL's, so that two functions do not need its header.
extern "C" int clEnqueueNDRangeKernel(void* queue, void* kernel, unsigned dimensions, const std::size_t* offset,
                                      const std::size_t* global, const std::size_t* local, unsigned event_count,
                                      void* const* events, void** event) {
  ++launches;
  return real<decltype(clEnqueueNDRangeKernel)>("clEnqueueNDRangeKernel")(queue, kernel, dimensions, offset, global,
                                                                          local, event_count, events, event);
}

extern "C" void* clCreateBuffer(void* context, std::uint64_t flags, std::size_t bytes, void* host, int* error) {
  ++buffers;
  return real<decltype(clCreateBuffer)>("clCreateBuffer")(context, flags, bytes, host, error);
}

namespace nestwright {
namespace {

TEST(Launches, OfATrainingStepBecomeNoMore) {
  if (dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL) == nullptr) GTEST_SKIP() << "no OpenCL device";
  run_halide_on_openmp();
  KernelRegistry kernels;
  register_generated_kernels(kernels);
  const Dataset digits = make_synthetic_digits({.train_count = 256, .test_count = 10});
  DeviceSession session(find_model("lenet5"), digits, normalisation_of(digits.train), kernels, {.target = "opencl"});
  std::vector<std::int32_t> batch(64);
  std::iota(batch.begin(), batch.end(), 0);
  session.step(batch, 0.1);
  launches = buffers = 0;
  for (int i = 0; i < 3; ++i) session.step(batch, 0.1);
  std::cout << launches / 3 << " launches a training step of lenet5, " << buffers / 3 << " buffers\n";
  EXPECT_EQ(launches % 3, 0);
  EXPECT_LE(launches / 3, 12);
  EXPECT_EQ(buffers, 0);
}

}  // namespace
}  // namespace nestwright
