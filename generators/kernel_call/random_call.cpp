#include "generators/kernel_call/random_call.h"

#include <fmt/format.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel_arguments.h"
#include "generators/kernel_interface/kernel_error.h"
#include "ops/signature/signature.h"
#include "support/aligned_memory.h"
#include "support/error.h"

namespace nestwright {
namespace {

AlignedMemory random_values(const TensorSpec& spec, const CallSize& size, std::mt19937& random) {
  std::size_t count = 1;
  for (const Dimension& dimension : spec.dimensions) {
    count *= static_cast<std::size_t>(extent_of(dimension, size));
  }
  AlignedMemory memory(count * size_in_bytes(spec.type));
  if (spec.type == DataType::float32) {
    std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
    auto* const values = reinterpret_cast<float*>(memory.data());
    for (std::size_t i = 0; i < count; ++i) values[i] = uniform(random);
  }
  return memory;
}

// A kernel's arguments, and the memory that they lie in.
struct RandomArguments {
  std::vector<AlignedMemory> memory;
  std::unique_ptr<KernelArguments> arguments;
};

RandomArguments random_arguments(const Kernel& kernel, const CallSize& size) {
  RandomArguments made;
  const Signature& signature = find_signature(kernel.key.op);
  std::vector<TensorSpec> specs = signature.inputs(kernel.key.shape);
  for (TensorSpec& output : signature.outputs(kernel.key.shape)) specs.push_back(std::move(output));
  std::mt19937 random(1);
  std::vector<void*> pointers;
  for (const TensorSpec& spec : specs) {
    made.memory.push_back(random_values(spec, size, random));
    pointers.push_back(made.memory.back().data());
  }
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (std::size_t input = 0; input < i; ++input) {
      if (specs[i].in_place_of == specs[input].name) pointers[input] = pointers[i];
    }
  }
  const std::vector<KernelArguments::DynamicExtent> dynamic_extents = {
      {"block", static_cast<std::int32_t>(size.blocks)},
      {"image", static_cast<std::int32_t>(size.images)},
      {"i", static_cast<std::int32_t>(size.parameters)},
      {"group", static_cast<std::int32_t>(size.groups)}};
  made.arguments = std::make_unique<KernelArguments>(specs, pointers, dynamic_extents);
  return made;
}

}  // namespace

std::function<void()> random_call(const Kernel& kernel, const CallSize& size) {
  const auto made = std::make_shared<const RandomArguments>(random_arguments(kernel, size));
  return [&kernel, made] {
    const int code = kernel.call(made->arguments->pointers());
    if (code == 0) return;
    throw Error(to_string(kernel.key), fmt::format("failed with code {}: {}", code, take_kernel_error()));
  };
}

}  // namespace nestwright
