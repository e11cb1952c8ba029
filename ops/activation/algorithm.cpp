#include "ops/activation/algorithm.h"

#include <vector>

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"

namespace nestwright::ops {
namespace {

// The coefficients and 0.625, below which the polynomial serves, are those of Cephes' tanhf.c.
Expr tanh_of(const Expr& value) {
  const Expr magnitude = min(abs(value), 10.0f);  // tanh(10) rounds to 1
  const Expr square = value * value;
  Expr polynomial = -5.70498872745e-3f;
  for (const float coefficient : {2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f}) {
    polynomial = polynomial * square + coefficient;
  }
  const Expr near_zero = polynomial * square * value + value;
  const Expr positive = 1.0f - 2.0f / (exp(2.0f * magnitude) + 1.0f);
  return select(magnitude < 0.625f, near_zero, value < 0.0f, -positive, positive);
}

Expr sigmoid_of(const Expr& value) {
  const Expr exponential = exp(-abs(value));  // at most 1
  return select(value < 0.0f, exponential, 1.0f) / (1.0f + exponential);
}

}  // namespace

Func relu(const Func& input) {
  const std::vector<Var> at = input.args();
  Func rectified("relu");
  rectified(at) = max(input(at), 0.0f);
  return rectified;
}

Func relu_gradient(const Func& gradient, const Func& output) {
  const std::vector<Var> at = gradient.args();
  Func rectified_gradient("relu_gradient");
  rectified_gradient(at) = select(output(at) > 0.0f, gradient(at), 0.0f);
  return rectified_gradient;
}

Func tanh(const Func& input) {
  const std::vector<Var> at = input.args();
  Func squashed("tanh");
  squashed(at) = tanh_of(input(at));
  return squashed;
}

Func tanh_gradient(const Func& gradient, const Func& output) {
  const std::vector<Var> at = gradient.args();
  Func squashed_gradient("tanh_gradient");
  squashed_gradient(at) = gradient(at) * (1.0f - output(at) * output(at));
  return squashed_gradient;
}

Func sigmoid(const Func& input) {
  const std::vector<Var> at = input.args();
  Func squashed("sigmoid");
  squashed(at) = sigmoid_of(input(at));
  return squashed;
}

Func sigmoid_gradient(const Func& gradient, const Func& output) {
  const std::vector<Var> at = gradient.args();
  Func squashed_gradient("sigmoid_gradient");
  squashed_gradient(at) = gradient(at) * output(at) * (1.0f - output(at));
  return squashed_gradient;
}

namespace {

Operator forward(const char* name, Func (*function)(const Func&)) {
  return {name, "direct", [function](const Inputs& inputs, const Shape&) {
            const Stage input("input", inputs);
            const Func value = function(input);
            Stage output("output");
            output(lane, i, b) = value(lane, i, b);
            return algorithm_of({output}, {input});
          }};
}

Operator backward(const char* name, Func (*function)(const Func&, const Func&)) {
  return {name, "direct", [function](const Inputs& inputs, const Shape&) {
            const Stage output_gradient("output_gradient", inputs), output("output", inputs);
            const Func value = function(output_gradient, output);
            Stage input_gradient("input_gradient");
            input_gradient(lane, i, b) = value(lane, i, b);
            return algorithm_of({input_gradient}, {output_gradient, output});
          }};
}

}  // namespace

std::vector<Operator> activation_operators() {
  return {forward("relu", relu),       backward("relu_gradient", relu_gradient),
          forward("tanh", tanh),       backward("tanh_gradient", tanh_gradient),
          forward("sigmoid", sigmoid), backward("sigmoid_gradient", sigmoid_gradient)};
}

}  // namespace nestwright::ops
