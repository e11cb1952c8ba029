#include "ops/linear/algorithm.h"

#include "ops/activation/algorithm.h"
#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/convolution/algorithm.h"
#include "ops/signature/bias_place.h"

namespace nestwright::ops {

Stage linear(const Func& input, const Func& weight, const Func& bias, int in_features, const std::string& variable) {
  const RDom k(0, in_features, variable);
  Stage sum("sum");
  sum(lane, o, b) = bias(o);
  sum(lane, o, b) += weight(k, o) * input(lane, k, b);
  sum.variables = {{variable, k.x}};
  return sum;
}

Stage linear_input_gradient(const Func& output_gradient, const Func& weight, int out_features,
                            const std::string& variable) {
  const RDom k(0, out_features, variable);
  Stage input_sum("input_sum");
  input_sum(lane, i, b) = 0.0f;
  input_sum(lane, i, b) += weight(i, k) * output_gradient(lane, k, b);
  input_sum.variables = {{variable, k.x}};
  return input_sum;
}

Stage linear_weight_gradient(const Func& input, const Func& output_gradient, int lanes, const Expr& blocks) {
  const RDom r({{0, lanes}, {0, blocks}}, "r");
  Stage image_sum("image_sum");
  image_sum(i, o) = 0.0f;
  image_sum(i, o) += input(r.x, i, r.y) * output_gradient(r.x, o, r.y);
  image_sum.variables = {{"lane_r", r.x}, {"block", r.y}};
  return image_sum;
}

namespace {

Algorithm build_linear(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), weight("weight", inputs), bias("bias", inputs);
  const Stage sum = linear(input, weight, bias, extent(shape, "in_features"));
  Stage output("output");
  output(lane, o, b) = sum(lane, o, b);
  return algorithm_of({output}, {input, weight, sum});
}

Algorithm build_linear_relu(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), weight("weight", inputs), bias("bias", inputs);
  const Stage sum = linear(input, weight, bias, extent(shape, "in_features"));
  const Func rectified = relu(sum);
  Stage output("output");
  output(lane, o, b) = rectified(lane, o, b);
  return algorithm_of({output}, {input, weight, sum});
}

Algorithm build_linear_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), weight("weight", inputs);
  const Stage input_sum = linear_input_gradient(output_gradient, weight, extent(shape, "out_features"));
  Stage input_gradient("input_gradient");
  input_gradient(lane, i, b) = input_sum(lane, i, b);
  return algorithm_of({input_gradient}, {output_gradient, weight, input_sum});
}

Algorithm build_linear_input_gradient_relu_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), weight("weight", inputs), input("input", inputs);
  const Stage input_sum = linear_input_gradient(output_gradient, weight, extent(shape, "out_features"));
  const Func rectified_gradient = relu_gradient(input_sum, input);
  Stage input_gradient("input_gradient");
  input_gradient(lane, i, b) = rectified_gradient(lane, i, b);
  return algorithm_of({input_gradient}, {output_gradient, weight, input, input_sum});
}

Algorithm build_linear_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs), previous("previous", inputs);
  const Stage image_sum =
      linear_weight_gradient(input, output_gradient, extent(shape, "lanes"), outermost_extent(inputs, "input"));
  Stage weight_gradient("weight_gradient");
  weight_gradient(i, o) = previous(i, o) + image_sum(i, o);
  return algorithm_of({weight_gradient}, {input, output_gradient, image_sum});
}

Algorithm build_linear_bias_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), previous("previous", inputs);
  const RDom r({{0, extent(shape, "lanes")}, {0, outermost_extent(inputs, "output_gradient")}}, "r");
  Stage image_sum("image_sum"), bias_gradient("bias_gradient");
  image_sum(o) = 0.0f;
  image_sum(o) += output_gradient(r.x, o, r.y);
  image_sum.variables = {{"lane_r", r.x}, {"block", r.y}};
  bias_gradient(o) = previous(o) + image_sum(o);
  return algorithm_of({bias_gradient}, {output_gradient, image_sum});
}

// A sum for each block; the optimiser's kernel adds the blocks up. The second update computes the biases' gradients,
// which lie within row `place.row`, from place.column on.
Algorithm build_linear_parameter_gradients(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs);
  const int lanes = extent(shape, "lanes"), outputs = extent(shape, "out_features");
  const BiasPlace place = bias_place(shape.at("in_features"), outputs);
  const int row = static_cast<int>(place.row), column = static_cast<int>(place.column);
  Stage row_gradient("row_gradient"), block_sum("block_sum"), gradients("gradients");
  row_gradient(lane, o, b) = select(o < outputs, output_gradient(lane, min(o, outputs - 1), b), 0.0f);
  const RDom r(0, lanes, "r");
  RDom r_bias(0, lanes, "r_bias");
  r_bias.where(is_row(o, row));
  const Expr is_bias = i >= column && i < column + outputs;
  block_sum(i, o, b) = 0.0f;
  block_sum(i, o, b) += input(r, i, b) * row_gradient(r, o, b);
  block_sum(i, o, b) += select(is_bias, output_gradient(r_bias, clamp(i - column, 0, outputs - 1), b), 0.0f);
  block_sum.variables = {{"lane_r", r.x}, {"bias_lane_r", r_bias.x}};
  gradients(i, o, b) = block_sum(i, o, b);
  return algorithm_of({gradients}, {input, output_gradient, row_gradient, block_sum});
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
