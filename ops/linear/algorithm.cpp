#include "ops/linear/algorithm.h"

#include "ops/activation/algorithm.h"
#include "ops/algorithm/families.h"
#include "ops/signature/bias_place.h"

namespace nestwright::ops {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace {

const Var lane("lane"), i("i"), o("o"), b("b");

int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

}  // namespace

Reduction linear(const Func& input, const Func& weight, const Func& bias, int in_features,
                 const std::string& variable) {
  const RDom k(0, in_features, variable);
  Func sum("sum");
  sum(lane, o, b) = bias(o);
  sum(lane, o, b) += weight(k, o) * input(lane, k, b);
  return {sum, {{variable, k.x}}};
}

Reduction linear_input_gradient(const Func& output_gradient, const Func& weight, int out_features,
                                const std::string& variable) {
  const RDom k(0, out_features, variable);
  Func input_sum("input_sum");
  input_sum(lane, i, b) = 0.0f;
  input_sum(lane, i, b) += weight(i, k) * output_gradient(lane, k, b);
  return {input_sum, {{variable, k.x}}};
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

// One sum for each block, where an outer kernel adds blocks up; the biases' stretch of a row is the second update.
Algorithm build_linear_parameter_gradients(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func, output_gradient = inputs.at("output_gradient").func;
  const int lanes = extent(shape, "lanes"), outputs = extent(shape, "out_features");
  const BiasPlace place = bias_place(shape.at("in_features"), outputs);
  const int row = static_cast<int>(place.row), column = static_cast<int>(place.column);
  Func row_gradient("row_gradient"), block_sum("block_sum"), gradients("gradients");
  row_gradient(lane, o, b) = select(o < outputs, output_gradient(lane, min(o, outputs - 1), b), 0.0f);
  const RDom r(0, lanes, "r");
  RDom r_bias(0, lanes, "r_bias");
  r_bias.where(is_row(o, row));
  const Expr is_bias = i >= column && i < column + outputs;
  block_sum(i, o, b) = 0.0f;
  block_sum(i, o, b) += input(r, i, b) * row_gradient(r, o, b);
  block_sum(i, o, b) += select(is_bias, output_gradient(r_bias, clamp(i - column, 0, outputs - 1), b), 0.0f);
  gradients(i, o, b) = block_sum(i, o, b);
  return {.outputs = {gradients},
          .funcs = {{"input", input},
                    {"output_gradient", output_gradient},
                    {"row_gradient", row_gradient},
                    {"block_sum", block_sum},
                    {"gradients", gradients}},
          .reduction_variables = {{"lane_r", r.x}, {"bias_lane_r", r_bias.x}}};
}

}  // namespace

std::vector<Operator> linear_operators() {
  return {{"linear", "direct", build_linear},
          {"linear_relu", "direct", build_linear_relu},
          {"linear_input_gradient", "direct", build_linear_input_gradient},
          {"linear_input_gradient_relu_gradient", "direct", build_linear_input_gradient_relu_gradient},
          {"linear_weight_gradient", "direct", build_linear_weight_gradient},
          {"linear_bias_gradient", "direct", build_linear_bias_gradient},
          {"linear_parameter_gradients", "direct", build_linear_parameter_gradients}};
}

}  // namespace nestwright::ops
