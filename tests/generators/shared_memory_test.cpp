// The bytes of a GPU's shared memory that kernels take when their schedules' parameters have their defaults, as those
// of kernels that are compiled at run time do. Nothing is run, so that no device is needed.
#include "generators/jit/shared_memory.h"

#include <gtest/gtest.h>

#include "generators/jit/compile.h"
#include "generators/scheduling/block_limits.h"
#include "ops/signature/signature.h"

namespace nestwright {
namespace {

const Halide::Target& opencl_target() {
  static const Halide::Target target("x86-64-linux-avx-avx2-f16c-fma-sse41-opencl");
  return target;
}

std::int64_t shared_bytes_of(const std::string& op, const std::string& schedule, const std::string& shape) {
  const BoundAlgorithm bound =
      bind_algorithm(op, "", complete_shape(find_signature(op), Shape::parse(shape)), block_stride_of(opencl_target()));
  apply_schedule(bound, read_schedule(NESTWRIGHT_SCHEDULES_FOLDER "/" + op + "/" + schedule + ".nest"),
                 opencl_target());
  return jit::shared_bytes(bound, opencl_target());
}

bool can_run(const std::string& op, const std::string& shape, const std::string& device = "opencl") {
  static const jit::Provider provider(NESTWRIGHT_SCHEDULES_FOLDER, "gpu", opencl_target());
  return provider.can_run(op, complete_shape(find_signature(op), Shape::parse(shape)), device);
}

std::string classifier_with(std::int64_t features) {
  return "lanes=32 in_features=144 hidden1=" + std::to_string(features) + " hidden2=" + std::to_string(features) +
         " classes=10";
}

constexpr const char* lenet5_features =
    "lanes=32 width=28 height=28 padding=2 channels1=6 kernel1=5 window1=2 channels2=16 kernel2=5 window2=2";
// A feature extractor with 20 and 50 channels, as lenet_caffe's convolutions have.
constexpr const char* large_features =
    "lanes=32 width=28 height=28 padding=0 channels1=20 kernel1=5 window1=2 channels2=50 kernel2=5 window2=2";

TEST(SharedMemory, IsWhatTheLaunchThatTakesMostTakes) {
  // 7 x 437 + 11 values of 4 bytes for each of 4 images: stages that are not live at the same time share their place.
  EXPECT_EQ(shared_bytes_of("classifier_step", "gpu", classifier_with(437)), (7 * 437 + 11) * 4 * 4);
  // For each of 2 images, the input's values, and a value and a byte for each pooled pixel; and the 150 weights of each
  // of 16 channels.
  EXPECT_EQ(shared_bytes_of("feature_extractor", "gpu", lenet5_features),
            2 * (1024 * 4 + (6 * 14 * 14 + 16 * 5 * 5) * 5) + 16 * 150 * 4);
  EXPECT_EQ(shared_bytes_of("linear_relu", "gpu", "lanes=32 in_features=120 out_features=84"), 0);
  EXPECT_EQ(shared_bytes_of("linear_relu", "reference", "lanes=32 in_features=120 out_features=84"), 0);
}

TEST(SharedMemory, SaysWhatKernelsThatAreCompiledAtRunTimeCanRun) {
  EXPECT_TRUE(can_run("feature_extractor", lenet5_features));
  EXPECT_FALSE(can_run("feature_extractor", large_features));
  EXPECT_TRUE(can_run("classifier_step", classifier_with(437)));
  EXPECT_FALSE(can_run("classifier_step", classifier_with(438)));
  EXPECT_FALSE(can_run("feature_extractor", lenet5_features, "cuda")) << "compiled for OpenCL";
}

}  // namespace
}  // namespace nestwright
