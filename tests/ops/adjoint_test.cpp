// The float64 loops of gradients against what Halide's propagate_adjoints makes of the operators' algorithms.

#include <gtest/gtest.h>

#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"
#include "tests/ops/compare.h"
#include "tests/ops/gradient_case.h"

namespace nestwright {
namespace {

using reference::Tensor;

std::vector<int> extents_of(const Tensor& tensor) { return {tensor.extents().begin(), tensor.extents().end()}; }

template <typename T>
Halide::Buffer<T> to_buffer(const Tensor& tensor) {
  Halide::Buffer<T> buffer(extents_of(tensor));
  for (std::size_t n = 0; n < tensor.elements().size(); ++n) {
    buffer.data()[n] = static_cast<T>(tensor.elements()[n].value);
  }
  return buffer;
}

// A Func with the signature's variables around constant values.
ops::Tensor to_input(const TensorSpec& spec, const Tensor& tensor) {
  std::vector<Halide::Var> variables;
  for (const Dimension& dimension : spec.dimensions) variables.emplace_back(dimension.name);
  const std::vector<Halide::Expr> at(variables.begin(), variables.end());
  Halide::Func func(spec.name);
  if (spec.is_scalar()) {
    func() = static_cast<float>(tensor().value);
  } else if (spec.type == DataType::uint8) {
    func(variables) = to_buffer<std::uint8_t>(tensor)(at);
  } else {
    func(variables) = to_buffer<float>(tensor)(at);
  }
  const std::vector<int> extents = extents_of(tensor);
  return {func, {extents.begin(), extents.end()}};
}

Tensor adjoint(const GradientCase& test, const reference::Tensors& inputs, const Tensor& weights) {
  const Signature& signature = find_signature(test.op);
  ops::Inputs tensors;
  for (const TensorSpec& spec : signature.inputs(test.forward.shape)) {
    tensors.emplace(spec.name, to_input(spec, inputs.at(spec.name)));
  }
  ops::Algorithm algorithm = ops::find_operator(test.op).build(tensors, test.forward.shape);
  // In each of these operators, the output that is differentiated is the first, and no Tuple.
  const Halide::Derivative derivative =
      Halide::propagate_adjoints(algorithm.outputs.front(), to_buffer<float>(weights));
  for (auto& [name, func] : algorithm.funcs) {
    func.compute_root();
    for (int update = -1; update < func.num_update_definitions(); ++update) {
      Halide::Func stage = derivative(func, update);
      if (stage.defined()) stage.compute_root();
    }
  }
  Halide::Func gradient = derivative(tensors.at(test.input).func);
  const Halide::Buffer<float> values = gradient.realize(extents_of(inputs.at(test.input)));
  Tensor result(inputs.at(test.input).extents());
  for (std::size_t n = 0; n < result.elements().size(); ++n) {
    result.elements()[n] = static_cast<double>(values.data()[n]);
  }
  return result;
}

// Two things are beyond Halide 21's propagate_adjoints: a running maximum, in max-pooling and softmax, and a read at
// `x * stride + r`, where it fails to make a reduction of x (as in Halide's issue 7385), and crashes or adds too much.
std::vector<GradientCase> differentiable_cases() {
  std::vector<GradientCase> cases = gradient_cases();
  std::erase_if(cases, [](const GradientCase& test) {
    const Shape& shape = test.forward.shape;
    return test.op.find("max") != std::string::npos || (shape.contains("stride") && shape.at("stride") > 1);
  });
  return cases;
}

class AdjointTest : public testing::TestWithParam<GradientCase> {};

TEST_P(AdjointTest, IsTheReferenceGradient) {
  const GradientCase& test = GetParam();
  const reference::Tensors inputs = smooth_inputs(test.forward);
  const Tensor weights = output_weights(test, inputs);
  // Adjoints go through each of the algorithm's operations instead of the gradient's shorter formula, and round more
  // often: they are allowed four times its error, a choice.
  expect_within_error({{"gradient", adjoint(test, inputs, weights)}},
                      {{"gradient", reference_gradient(test, inputs, weights)}}, 4.0);
}

INSTANTIATE_TEST_SUITE_P(All, AdjointTest, testing::ValuesIn(differentiable_cases()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace nestwright
