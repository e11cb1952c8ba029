#include "bench/operator_subjects.h"

#include "generators/kernel_call/random_call.h"
#include "ops/signature/call_size.h"
#include "ops/signature/signature.h"

namespace nestwright::bench {

Subject operator_subject(const OperatorCase& operator_case, const char* implementation, std::int64_t batch,
                         std::function<void()> call) {
  const Signature& signature = find_signature(operator_case.op);
  const Shape shape = complete_shape(signature, operator_case.shape);
  return {.group = operator_case.name,
          .implementation = implementation,
          .batch = batch,
          .threads = 1,
          .flops = static_cast<double>(signature.flops(shape)) * static_cast<double>(batch) /
                   static_cast<double>(shape.at("lanes")),
          .call = std::move(call)};
}

std::vector<Subject> kernel_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch,
                                     const KernelProvider& provider) {
  std::vector<Subject> subjects;
  subjects.reserve(cases.size());
  for (const OperatorCase& operator_case : cases) {
    const Shape shape = complete_shape(find_signature(operator_case.op), operator_case.shape);
    const Kernel& kernel = provider.find(operator_case.op, shape, "cpu");
    subjects.push_back(operator_subject(operator_case, "nestwright", batch,
                                        random_call(kernel, call_for_batch(kernel.key.shape, batch))));
  }
  return subjects;
}

}  // namespace nestwright::bench
