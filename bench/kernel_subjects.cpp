#include "bench/kernel_subjects.h"

#include <memory>

#include "reference/random_call.h"
#include "signatures/signature.h"

namespace nestwright::bench {

std::vector<Subject> kernel_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch,
                                     const KernelProvider& provider) {
  std::vector<Subject> subjects;
  for (const OperatorCase& operator_case : cases) {
    const std::int64_t blocks = batch / 16;
    const Signature& signature = find_signature(operator_case.op);
    const Shape shape = complete_shape(signature, operator_case.shape);
    const Kernel& kernel = provider.find(operator_case.op, shape, "cpu");
    const auto call = std::make_shared<RandomCall>(kernel, CallExtents{.blocks = blocks, .images = batch});
    subjects.push_back({.group = operator_case.name,
                        .implementation = "nestwright",
                        .batch = batch,
                        .threads = 1,
                        .flops = static_cast<double>(signature.flops(shape) * blocks),
                        .call = [call] { (*call)(); }});
  }
  return subjects;
}

}  // namespace nestwright::bench
