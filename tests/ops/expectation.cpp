#include "tests/ops/expectation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "generators/kernel_call/kernel_call.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/signature.h"
#include "tests/ops/compare.h"

namespace nestwright {

void expect_as_float64_loops(const CompiledCase& compiled_case, const std::optional<Halide::Target>& target) {
  const OperatorCase& test = compiled_case.operator_case;
  const Signature& signature = find_signature(test.op);
  const Kernel kernel = compile(compiled_case, target);
  std::uint64_t seed = 1;
  for (const DynamicExtents& extents : extents_to_try(test.shape)) {
    SCOPED_TRACE(testing::Message() << "images " << extents.images << ", parameters " << extents.parameters);
    const reference::Tensors inputs = sample_inputs(signature, test.shape, extents, seed++);
    const reference::Tensors expected = reference::evaluate(test.op, test.shape, inputs);
    const reference::Tensors actual = call_kernel(kernel, inputs, expected, Memory::separate);
    expect_within_error(actual, expected);
    const auto outputs = signature.outputs(test.shape);
    if (std::ranges::none_of(outputs, [](const TensorSpec& spec) { return !spec.in_place_of.empty(); })) continue;
    expect_identical(call_kernel(kernel, inputs, expected, Memory::in_place), actual);
  }
}

}  // namespace nestwright
