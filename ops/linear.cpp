#include "ops/linear.h"

#include "ops/activation.h"
#include "ops/families.h"

namespace nestwright::ops {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace {

const Var lane("lane"), i("i"), o("o"), b("b");

int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

}  // namespace

Reduction linear(const Func& input, const Func& weight, const Func& bias, int in_features) {
  const RDom k(0, in_features, "k");
  Func sum("sum");
  sum(lane, o, b) = bias(o);
  sum(lane, o, b) += weight(k, o) * input(lane, k, b);
  return {sum, {{"k", k.x}}};
}

Reduction linear_input_gradient(const Func& output_gradient, const Func& weight, int out_features) {
  const RDom k(0, out_features, "k");
  Func input_sum("input_sum");
  input_sum(lane, i, b) = 0.0f;
  input_sum(lane, i, b) += weight(i, k) * output_gradient(lane, k, b);
  return {input_sum, {{"k", k.x}}};
}

Reduction linear_weight_gradient(const Func& input, const Func& output_gradient, int lanes, const Expr& blocks) {
  const RDom r({{0, lanes}, {0, blocks}}, "r");
  Func image_sum("image_sum");
  image_sum(i, o) = 0.0f;
  image_sum(i, o) += input(r.x, i, r.y) * output_gradient(r.x, o, r.y);
  return {image_sum, {{"lane_r", r.x}, {"block", r.y}}};
}

namespace {

Algorithm build_linear(const Inputs& inputs, const Shape& shape) {
  const Reduction sum =
      linear(inputs.at("input").func, inputs.at("weight").func, inputs.at("bias").func, extent(shape, "in_features"));
  Func output("output");
  output(lane, o, b) = sum.func(lane, o, b);
  return {.outputs = {output},
          .funcs = {{"input", inputs.at("input").func},
                    {"weight", inputs.at("weight").func},
                    {"sum", sum.func},
                    {"output", output}},
          .reduction_variables = sum.variables};
}

Algorithm build_linear_relu(const Inputs& inputs, const Shape& shape) {
  const Reduction sum =
      linear(inputs.at("input").func, inputs.at("weight").func, inputs.at("bias").func, extent(shape, "in_features"));
  const Func rectified = relu(sum.func);
  Func output("output");
  output(lane, o, b) = rectified(lane, o, b);
  return {.outputs = {output},
          .funcs = {{"input", inputs.at("input").func},
                    {"weight", inputs.at("weight").func},
                    {"sum", sum.func},
                    {"output", output}},
          .reduction_variables = sum.variables};
}

Algorithm build_linear_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, weight = inputs.at("weight").func;
  const Reduction input_sum = linear_input_gradient(output_gradient, weight, extent(shape, "out_features"));
  Func input_gradient("input_gradient");
  input_gradient(lane, i, b) = input_sum.func(lane, i, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"weight", weight},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm build_linear_input_gradient_relu_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, weight = inputs.at("weight").func;
  const Reduction input_sum = linear_input_gradient(output_gradient, weight, extent(shape, "out_features"));
  const Func rectified_gradient = relu_gradient(input_sum.func, inputs.at("input").func);
  Func input_gradient("input_gradient");
  input_gradient(lane, i, b) = rectified_gradient(lane, i, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"weight", weight},
                    {"input", inputs.at("input").func},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm build_linear_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& input = inputs.at("input");
  const Func output_gradient = inputs.at("output_gradient").func;
  const Reduction image_sum =
      linear_weight_gradient(input.func, output_gradient, extent(shape, "lanes"), input.extents.back());
  Func weight_gradient("weight_gradient");
  weight_gradient(i, o) = inputs.at("previous").func(i, o) + image_sum.func(i, o);
  return {.outputs = {weight_gradient},
          .funcs = {{"input", input.func},
                    {"output_gradient", output_gradient},
                    {"image_sum", image_sum.func},
                    {"weight_gradient", weight_gradient}},
          .reduction_variables = image_sum.variables};
}

Algorithm build_linear_bias_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const RDom r({{0, extent(shape, "lanes")}, {0, output_gradient.extents.back()}}, "r");
  Func image_sum("image_sum"), bias_gradient("bias_gradient");
  image_sum(o) = 0.0f;
  image_sum(o) += output_gradient.func(r.x, o, r.y);
  bias_gradient(o) = inputs.at("previous").func(o) + image_sum(o);
  return {
      .outputs = {bias_gradient},
      .funcs = {{"output_gradient", output_gradient.func}, {"image_sum", image_sum}, {"bias_gradient", bias_gradient}},
      .reduction_variables = {{"lane_r", r.x}, {"block", r.y}}};
}

}  // namespace

std::vector<Operator> linear_operators() {
  return {{"linear", "direct", build_linear},
          {"linear_relu", "direct", build_linear_relu},
          {"linear_input_gradient", "direct", build_linear_input_gradient},
          {"linear_input_gradient_relu_gradient", "direct", build_linear_input_gradient_relu_gradient},
          {"linear_weight_gradient", "direct", build_linear_weight_gradient},
          {"linear_bias_gradient", "direct", build_linear_bias_gradient}};
}

}  // namespace nestwright::ops
