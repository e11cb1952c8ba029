#include "generators/kernel_call/verification.h"

#include <cstdint>
#include <utility>

#include "generators/kernel_call/kernel_call.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/signature.h"

namespace nestwright {

std::vector<Expectation> expectations(const std::string& op, const Shape& shape) {
  const std::int64_t lanes = lanes_of(shape);
  std::vector<Expectation> all;
  std::uint64_t seed = 1;
  for (const std::int64_t images : {lanes, lanes + 1}) {
    const DynamicExtents extents = {.images = images, .parameters = 1000 + images, .groups = 2};
    reference::Tensors inputs = sample_inputs(find_signature(op), shape, extents, seed++);
    reference::Tensors outputs = reference::evaluate(op, shape, inputs);
    all.push_back({std::move(inputs), std::move(outputs)});
  }
  return all;
}

reference::Comparison verify(const Kernel& kernel, const std::vector<Expectation>& expected) {
  reference::Comparison worst;
  for (const auto& [inputs, outputs] : expected) {
    const reference::Comparison comparison =
        reference::compare(call_kernel(kernel, inputs, outputs, Memory::separate), outputs);
    if (!comparison.is_right()) return comparison;
    if (comparison.largest_share >= worst.largest_share) worst = comparison;
  }
  return worst;
}

reference::Comparison verify(const Kernel& kernel) {
  return verify(kernel, expectations(kernel.key.op, kernel.key.shape));
}

}  // namespace nestwright
