#include "bench/kernel_subjects.h"

#include <memory>
#include <random>

#include "model/runtime/aligned_memory.h"
#include "model/runtime/kernel_arguments.h"
#include "signatures/signature.h"

namespace nestwright::bench {
namespace {

// A kernel and memory for its arguments.
struct Call {
  const Kernel* kernel;
  std::vector<AlignedMemory> memory;
  std::unique_ptr<KernelArguments> arguments;
};

AlignedMemory random_values(const TensorSpec& spec, std::int64_t blocks, std::mt19937& random) {
  std::size_t count = 1;
  for (const Dimension& dimension : spec.dimensions) {
    count *= static_cast<std::size_t>(dimension.extent == dynamic_extent ? blocks : dimension.extent);
  }
  AlignedMemory memory(count * size_in_bytes(spec.type));
  if (spec.type == DataType::float32) {
    std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
    auto* const values = reinterpret_cast<float*>(memory.data());
    for (std::size_t i = 0; i < count; ++i) values[i] = uniform(random);
  }
  return memory;
}

std::shared_ptr<Call> prepare(const OperatorCase& operator_case, std::int64_t blocks, const KernelProvider& provider) {
  const Signature& signature = find_signature(operator_case.op);
  const Shape shape = complete_shape(signature, operator_case.shape);
  auto call = std::make_shared<Call>();
  call->kernel = &provider.find(operator_case.op, shape, "cpu");
  std::vector<TensorSpec> specs = signature.inputs(shape);
  for (TensorSpec& output : signature.outputs(shape)) specs.push_back(std::move(output));
  std::mt19937 random(1);
  std::vector<void*> pointers;
  for (const TensorSpec& spec : specs) {
    call->memory.push_back(random_values(spec, blocks, random));
    pointers.push_back(call->memory.back().data());
  }
  // A gradient is added to in place, as in training.
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (std::size_t input = 0; input < i; ++input) {
      if (specs[i].in_place_of == specs[input].name) pointers[input] = pointers[i];
    }
  }
  const KernelArguments::DynamicExtent extents[] = {{"block", static_cast<std::int32_t>(blocks)}};
  call->arguments = std::make_unique<KernelArguments>(specs, pointers, extents);
  return call;
}

}  // namespace

std::vector<Subject> kernel_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch,
                                     const KernelProvider& provider) {
  std::vector<Subject> subjects;
  for (const OperatorCase& operator_case : cases) {
    const std::int64_t blocks = batch / 16;
    const std::shared_ptr<Call> call = prepare(operator_case, blocks, provider);
    const Signature& signature = find_signature(operator_case.op);
    subjects.push_back({.group = operator_case.name,
                        .implementation = "nestwright",
                        .batch = batch,
                        .threads = 1,
                        .flops = static_cast<double>(signature.flops(call->kernel->key.shape) * blocks),
                        .call = [call] { call->kernel->call(call->arguments->pointers()); }});
  }
  return subjects;
}

}  // namespace nestwright::bench
