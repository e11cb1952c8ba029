#include "tests/gpu/cudnn_case.h"

#include <algorithm>
#include <map>
#include <random>

#include "ops/pooling/reference.h"
#include "ops/reference/families.h"
#include "ops/signature/signature.h"
#include "tests/gpu/classifier_bounds.h"
#include "tests/gpu/cudnn_reference.h"
#include "tests/gpu/image_layout.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;
using reference::Tensors;

bool has_cudnn(const OperatorCase& test) { return std::ranges::count(cudnn_operators(), test.op) == 1; }

// Multiples of 2^-20 in random order, no two of which are equal, so that which is the largest of some does not depend
// on how ties are broken.
Tensor distinct_values(const std::vector<std::int64_t>& extents, std::uint64_t seed) {
  Tensor values(extents);
  const auto count = static_cast<double>(values.elements().size());
  double next = -count / 2;
  for (Number& element : values.elements()) element = next++ * 0x1p-20;
  std::mt19937_64 random(seed);
  std::ranges::shuffle(values.elements(), random);
  return values;
}

}  // namespace

std::vector<OperatorCase> cudnn_cases() {
  std::vector<OperatorCase> cases = operator_cases();
  std::erase_if(cases, [](const OperatorCase& test) { return !has_cudnn(test); });
  return cases;
}

std::vector<CompiledCase> cudnn_kernel_cases() {
  std::vector<CompiledCase> cases = compiled_gpu_cases();
  std::erase_if(cases, [](const CompiledCase& test) { return !has_cudnn(test.operator_case); });
  return cases;
}

Tensors cudnn_inputs(const OperatorCase& test, const DynamicExtents& extents, std::uint64_t seed) {
  const Signature& signature = find_signature(test.op);
  Tensors inputs = sample_inputs(signature, test.shape, extents, seed);
  for (const TensorSpec& spec : signature.inputs(test.shape)) {
    if (is_blocked(spec) && spec.type == DataType::float32) blank_absent_images(inputs.at(spec.name), extents.images);
  }
  if (test.op != "max_pool2d_gradient") return inputs;
  std::vector<std::int64_t> of_input = inputs.at("argmax").extents();
  of_input[1] = test.shape.at("width");
  of_input[2] = test.shape.at("height");
  inputs["input"] = distinct_values(of_input, seed);
  inputs["argmax"] = reference::max_pool2d(inputs.at("input"), test.shape.at("window"), test.shape.at("stride")).argmax;
  return inputs;
}

Tensors cudnn_bounds(const OperatorCase& test, const Tensors& inputs) {
  if (test.op == "softmax_cross_entropy") return softmax_cross_entropy_bounds(test.shape, inputs);
  if (test.op == "classifier_step") return classifier_step_bounds(test.shape, inputs);
  static const std::map<std::string, std::string> exponents = {
      {"sigmoid", "input"}, {"tanh", "input"}, {"log_softmax", "input"}, {"log_softmax_gradient", "output"}};
  const auto exponent = exponents.find(test.op);
  if (exponent == exponents.end()) return reference::evaluate(test.op, test.shape, inputs);
  Tensors allowing = inputs;
  allowing[exponent->second] = with_fast_exponential(inputs.at(exponent->second));
  return reference::evaluate(test.op, test.shape, allowing);
}

}  // namespace nestwright
