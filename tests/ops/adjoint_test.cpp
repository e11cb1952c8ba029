// The float64 loops of gradients against what Halide's propagate_adjoints makes of the operators' algorithms.

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "generators/bound_algorithm.h"
#include "tests/ops/compare.h"
#include "tests/ops/gradient_case.h"

namespace nestwright {
namespace {

using reference::Number;
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

// Gives the pipeline its inputs.
void set_inputs(BoundAlgorithm& bound, const reference::Tensors& inputs) {
  for (auto& [name, parameter] : bound.inputs) {
    const Tensor& tensor = inputs.at(name);
    if (!parameter.is_buffer()) {
      parameter.set_scalar(static_cast<float>(tensor().value));
    } else if (parameter.type() == Halide::UInt(8)) {
      parameter.set_buffer(to_buffer<std::uint8_t>(tensor));
    } else {
      parameter.set_buffer(to_buffer<float>(tensor));
    }
  }
}

// The output called `name`, by itself: a Tuple has no adjoint.
Halide::Func output_called(const std::string& name, const BoundAlgorithm& bound) {
  const std::vector<TensorSpec> specs = find_signature(bound.op).outputs(bound.shape);
  std::size_t index = 0;
  for (Halide::Func output : bound.algorithm.outputs) {
    for (int value = 0; value < std::max(1, output.outputs()); ++value) {
      if (specs.at(index++).name != name) continue;
      Halide::Func alone("alone");
      const std::vector<Halide::Var> at = output.args();
      alone(at) = output.outputs() > 1 ? Halide::Expr(output(at)[value]) : Halide::Expr(output(at));
      return alone;
    }
  }
  throw std::out_of_range(name);
}

Tensor adjoint(const GradientCase& test, const reference::Tensors& inputs, const Tensor& weights) {
  BoundAlgorithm bound = bind_algorithm(test.op, "", test.forward.shape);
  set_inputs(bound, inputs);
  const Halide::Func output = output_called(test.output, bound);
  const Halide::Derivative derivative = Halide::propagate_adjoints(output, to_buffer<float>(weights));
  for (auto& [name, func] : bound.algorithm.funcs) {
    func.compute_root();
    for (Halide::Func stage : derivative.funcs(func)) stage.compute_root();
  }
  Halide::Func gradient = derivative(bound.algorithm.funcs.at(test.input));
  const Halide::Buffer<float> values = gradient.realize(extents_of(inputs.at(test.input)));
  Tensor result(inputs.at(test.input).extents());
  for (std::size_t n = 0; n < result.elements().size(); ++n) result.elements()[n] = static_cast<double>(values.data()[n]);
  return result;
}

// The adjoints of a maximum and its place, a Tuple, are beyond propagate_adjoints.
std::vector<GradientCase> differentiable_cases() {
  std::vector<GradientCase> cases = gradient_cases();
  std::erase_if(cases, [](const GradientCase& test) { return test.op.find("max_pool2d") != std::string::npos; });
  return cases;
}

class AdjointTest : public testing::TestWithParam<GradientCase> {};

TEST_P(AdjointTest, IsTheReferenceGradient) {
  const GradientCase& test = GetParam();
  const reference::Tensors inputs = smooth_inputs(test.forward);
  const Tensor weights = output_weights(test, inputs);
  // Adjoints multiply in another order, and more often: twice the error.
  expect_within_error({{"gradient", adjoint(test, inputs, weights)}},
                      {{"gradient", reference_gradient(test, inputs, weights)}}, 2.0);
}

INSTANTIATE_TEST_SUITE_P(All, AdjointTest, testing::ValuesIn(differentiable_cases()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace nestwright
