#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "generators/generated_kernels.h"
#include "model/graph/models.h"
#include "model/runtime/required_kernels.h"
#include "support/error.h"

namespace nestwright {
namespace {

class Manifests : public testing::TestWithParam<Model> {};

// The kernels that the runtime asks for are derived from the model, those that the build makes are listed by hand in a
// manifest: the list must have them all.
TEST_P(Manifests, HoldEveryKernelThatTheModelNeeds) {
  KernelRegistry registry;
  register_generated_kernels(registry);
  for (const RequiredKernel& kernel : required_kernels(GetParam(), ImageSize{})) {
    EXPECT_NO_THROW(registry.find(kernel.op, kernel.shape, "cpu")) << kernel.op << " " << kernel.shape.text();
  }
}

TEST_P(Manifests, HoldEveryKernelThatTheModelNeedsOnADevice) {
  KernelRegistry registry;
  register_generated_kernels(registry);
  for (const std::string target : {"opencl", "cuda"}) {
    const CanRun can_run = [&](const std::string& op, const Shape& shape) {
      return registry.can_run(op, shape, target);
    };
    for (const RequiredKernel& kernel : required_device_kernels(GetParam(), ImageSize{}, can_run)) {
      EXPECT_NO_THROW(registry.find(kernel.op, kernel.shape, target)) << kernel.op << " " << kernel.shape.text();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ShippedModels, Manifests, testing::ValuesIn(shipped_models()),
                         [](const auto& model) { return model.param.name; });

// The words of a manifest's line, without its comment: operator, algorithm, schedule, settings.
std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line.substr(0, line.find('#')));
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> words_of(const Kernel& kernel) {
  const std::string settings = settings_text(kernel.parameters, kernel.cuda_registers);
  return words_of(kernel.key.op + " " + kernel.key.algorithm + " " + kernel.key.schedule + " " +
                  kernel.key.shape.text() + (settings.empty() ? "" : " with " + settings));
}

TEST(GeneratedKernels, AreMadeAsTheManifestsSay) {
  KernelRegistry registry;
  register_generated_kernels(registry);
  std::set<std::vector<std::string>> made, listed;
  for (const Kernel& kernel : registry.kernels()) made.insert(words_of(kernel));
  for (const auto& entry : std::filesystem::directory_iterator(NESTWRIGHT_MANIFESTS_FOLDER)) {
    std::ifstream manifest(entry.path());
    for (std::string line; std::getline(manifest, line);) {
      if (!words_of(line).empty()) listed.insert(words_of(line));
    }
  }
  EXPECT_EQ(made, listed);
}

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
