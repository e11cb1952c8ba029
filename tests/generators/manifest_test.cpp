#include <gtest/gtest.h>

#include "error/error.h"
#include "generators/generated_kernels.h"
#include "model/graph/models.h"
#include "model/runtime/required_kernels.h"

namespace nestwright {
namespace {

class Manifests : public testing::TestWithParam<Model> {};

// What the runtime asks for is derived from the model, what the build makes is listed by hand: they must not part.
TEST_P(Manifests, HoldEveryKernelThatTheModelNeeds) {
  KernelRegistry registry;
  register_generated_kernels(registry);
  for (const RequiredKernel& kernel : required_kernels(GetParam(), ImageSize{})) {
    EXPECT_NO_THROW(registry.find(kernel.op, kernel.shape, "cpu")) << kernel.op << " " << kernel.shape.text();
  }
}

INSTANTIATE_TEST_SUITE_P(ShippedModels, Manifests, testing::ValuesIn(shipped_models()),
                         [](const auto& model) { return model.param.name; });

TEST(GeneratedKernels, CarryShapesThatTheirSignaturesAccept) {
  KernelRegistry registry;
  register_generated_kernels(registry);
  EXPECT_FALSE(registry.kernels().empty());
  for (const Kernel& kernel : registry.kernels()) {
    EXPECT_EQ(complete_shape(find_signature(kernel.key.op), kernel.key.shape), kernel.key.shape) << kernel.key.op;
  }
}

}  // namespace
}  // namespace nestwright
