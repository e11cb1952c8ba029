// Convolution, pooling and linear kernels, and their gradients, against oneDNN.

#include <gtest/gtest.h>

#include "generators/kernel_call/kernel_call.h"
#include "ops/pooling/reference.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/signature.h"
#include "tests/ops/compare.h"
#include "tests/ops/compiled_case.h"
#include "tests/ops/onednn_reference.h"

namespace nestwright {
namespace {

std::vector<OperatorCase> onednn_cases() {
  std::vector<OperatorCase> cases;
  for (const std::string& op : onednn_operators()) {
    for (const OperatorCase& operator_case : cases_of(op)) cases.push_back(operator_case);
  }
  return cases;
}

// Sample inputs of the operator, with a last block that has absent lanes. The gradient of max-pooling gets an input
// "input", too, and the argmax that max-pooling gives for it.
reference::Tensors onednn_inputs(const OperatorCase& test) {
  const DynamicExtents extents = {.images = test.shape.at("lanes") + 1, .parameters = 1, .groups = 1};
  reference::Tensors inputs = sample_inputs(find_signature(test.op), test.shape, extents, 11);
  if (test.op != "max_pool2d_gradient") return inputs;
  reference::Tensors forward = sample_inputs(find_signature("max_pool2d"), test.shape, extents, 12);
  inputs["argmax"] =
      reference::max_pool2d(forward.at("input"), test.shape.at("window"), test.shape.at("stride")).argmax;
  inputs["input"] = std::move(forward.at("input"));
  return inputs;
}

class OnednnTest : public testing::TestWithParam<OperatorCase> {};

TEST_P(OnednnTest, AgreesWithTheKernel) {
  const OperatorCase& test = GetParam();
  const reference::Tensors inputs = onednn_inputs(test);
  const reference::Tensors bounds = reference::evaluate(test.op, test.shape, inputs);
  reference::Tensors kernel = call_kernel(compile({test, "cpu"}), inputs, bounds, Memory::separate);
  reference::Tensors onednn = onednn_evaluate(test.op, test.shape, inputs);
  for (auto& [name, tensor] : onednn) {
    // Kernel and oneDNN may be off by the error bound in opposite directions.
    for (std::size_t n = 0; n < tensor.elements().size(); ++n) {
      tensor.elements()[n].error = 2 * bounds.at(name).elements()[n].error;
    }
  }
  std::erase_if(kernel, [&](const auto& entry) { return !onednn.contains(entry.first); });  // oneDNN shows no argmax
  expect_within_error(kernel, onednn);
}

INSTANTIATE_TEST_SUITE_P(All, OnednnTest, testing::ValuesIn(onednn_cases()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace nestwright
