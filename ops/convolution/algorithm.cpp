#include "ops/convolution/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright::ops {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace {

const Var lane("lane"), x("x"), y("y"), ci("ci"), co("co"), kx("kx"), ky("ky"), b("b");

}  // namespace

Expr is_within(const Expr& x, int width, const Expr& y, int height) {
  return x >= 0 && x < width && Halide::cast<uint32_t>(y) < Halide::cast<uint32_t>(height);
}

Expr is_row(const Expr& o, int row) { return (o ^ row) == 0; }

Func with_zeros_around(const Func& input, int width, int height, int padding) {
  if (padding == 0) return input;
  Func padded("padded");
  const Expr inside = is_within(x, width, y, height);
  padded(lane, x, y, ci, b) = select(inside, input(lane, clamp(x, 0, width - 1), clamp(y, 0, height - 1), ci, b), 0.0f);
  return padded;
}

Convolution Convolution::from(const Shape& s) {
  const auto value = [&](const char* name) { return static_cast<int>(s.at(name)); };
  Convolution c{.width = value("width"),
                .height = value("height"),
                .in_channels = value("in_channels"),
                .out_channels = value("out_channels"),
                .kernel_width = value("kernel_width"),
                .kernel_height = value("kernel_height"),
                .stride = value("stride"),
                .padding = value("padding"),
                .dilation = value("dilation"),
                .output_width = 0,
                .output_height = 0};
  c.output_width = static_cast<int>(window_count(c.width, c.kernel_width, c.stride, c.padding, c.dilation));
  c.output_height = static_cast<int>(window_count(c.height, c.kernel_height, c.stride, c.padding, c.dilation));
  return c;
}

Reduction conv2d(const Func& input, const Func& weight, const Func& bias, const Convolution& c,
                 const std::string& number) {
  const Func source = with_zeros_around(input, c.width, c.height, c.padding);
  const RDom r({{0, c.kernel_width}, {0, c.kernel_height}, {0, c.in_channels}}, "r" + number);
  Func conv("conv");
  conv(lane, x, y, co, b) = bias(co);
  conv(lane, x, y, co, b) += weight(r.x, r.y, r.z, co) * source(lane, x * c.stride + r.x * c.dilation - c.padding,
                                                                y * c.stride + r.y * c.dilation - c.padding, r.z, b);
  return {conv, {{"kx" + number, r.x}, {"ky" + number, r.y}, {"ci" + number, r.z}}};
}

Reduction conv2d_input_gradient(const Func& output_gradient, const Func& weight, const Convolution& c) {
  RDom r({{0, c.kernel_width}, {0, c.kernel_height}, {0, c.out_channels}}, "r");
  // The output that reads input x through tap kx, times the stride.
  const Expr strided_u = x + c.padding - r.x * c.dilation;
  const Expr strided_v = y + c.padding - r.y * c.dilation;
  r.where(strided_u >= 0 && strided_u <= (c.output_width - 1) * c.stride);
  r.where(strided_v >= 0 && strided_v <= (c.output_height - 1) * c.stride);
  if (c.stride > 1) r.where(strided_u % c.stride == 0 && strided_v % c.stride == 0);
  Func input_sum("input_sum");
  input_sum(lane, x, y, ci, b) = 0.0f;
  input_sum(lane, x, y, ci, b) +=
      weight(r.x, r.y, ci, r.z) * output_gradient(lane, clamp(strided_u / c.stride, 0, c.output_width - 1),
                                                  clamp(strided_v / c.stride, 0, c.output_height - 1), r.z, b);
  return {input_sum, {{"kx", r.x}, {"ky", r.y}, {"co", r.z}}};
}

SpreadGradient conv2d_input_gradient_spread(const Func& output_gradient, const Func& weight, const Convolution& c) {
  Func spread("spread");
  Expr holds_output = is_within(x, (c.output_width - 1) * c.stride + 1, y, (c.output_height - 1) * c.stride + 1);
  if (c.stride > 1) holds_output = holds_output && x % c.stride == 0 && y % c.stride == 0;
  spread(lane, x, y, co, b) = select(holds_output,
                                     output_gradient(lane, clamp(x / c.stride, 0, c.output_width - 1),
                                                     clamp(y / c.stride, 0, c.output_height - 1), co, b),
                                     0.0f);
  const RDom r({{0, c.kernel_width}, {0, c.kernel_height}, {0, c.out_channels}}, "r");
  Func input_sum("input_sum");
  input_sum(lane, x, y, ci, b) = 0.0f;
  input_sum(lane, x, y, ci, b) += weight(r.x, r.y, ci, r.z) * spread(lane, x + c.padding - r.x * c.dilation,
                                                                     y + c.padding - r.y * c.dilation, r.z, b);
  return {spread, {input_sum, {{"kx", r.x}, {"ky", r.y}, {"co", r.z}}}};
}

Reduction conv2d_weight_gradient_lane_sums(const Func& input, const Func& output_gradient, const Expr& blocks,
                                           const Convolution& c) {
  const Func source = with_zeros_around(input, c.width, c.height, c.padding);
  const RDom r({{0, c.output_width}, {0, c.output_height}, {0, blocks}}, "r");
  Func lane_sums("lane_sums");
  lane_sums(lane, kx, ky, ci, co) = 0.0f;
  lane_sums(lane, kx, ky, ci, co) +=
      output_gradient(lane, r.x, r.y, co, r.z) *
      source(lane, r.x * c.stride + kx * c.dilation - c.padding, r.y * c.stride + ky * c.dilation - c.padding, ci, r.z);
  return {lane_sums, {{"x", r.x}, {"y", r.y}, {"block", r.z}}};
}

LaneTotal add_lanes(const Func& lane_sums, const Func& previous, int lanes) {
  const RDom r(0, lanes, "lane_r");
  Func total("total"), weight_gradient("weight_gradient");
  total(kx, ky, ci, co) = 0.0f;
  total(kx, ky, ci, co) += lane_sums(r, kx, ky, ci, co);
  weight_gradient(kx, ky, ci, co) = previous(kx, ky, ci, co) + total(kx, ky, ci, co);
  return {{total, {{"lane_r", r.x}}}, weight_gradient};
}

Algorithm weight_gradient_by_block(const Func& input, const Func& output_gradient, const Func& previous, int lanes,
                                   const Expr& blocks, const Convolution& c) {
  const Func source = with_zeros_around(input, c.width, c.height, c.padding);
  const RDom pixel({{0, c.output_width}, {0, c.output_height}}, "r");
  const RDom over_lanes(0, lanes, "lane_r"), over_blocks(0, blocks, "block_r");
  Func lane_sums("lane_sums"), block_sums("block_sums"), total("total"), weight_gradient("weight_gradient");
  lane_sums(lane, kx, ky, ci, co, b) = 0.0f;
  lane_sums(lane, kx, ky, ci, co, b) +=
      output_gradient(lane, pixel.x, pixel.y, co, b) * source(lane, pixel.x * c.stride + kx * c.dilation - c.padding,
                                                              pixel.y * c.stride + ky * c.dilation - c.padding, ci, b);
  block_sums(kx, ky, ci, co, b) = 0.0f;
  block_sums(kx, ky, ci, co, b) += lane_sums(over_lanes, kx, ky, ci, co, b);
  total(kx, ky, ci, co) = 0.0f;
  total(kx, ky, ci, co) += block_sums(kx, ky, ci, co, over_blocks);
  weight_gradient(kx, ky, ci, co) = previous(kx, ky, ci, co) + total(kx, ky, ci, co);
  return {.outputs = {weight_gradient},
          .funcs = {{"input", input},
                    {"output_gradient", output_gradient},
                    {"lane_sums", lane_sums},
                    {"block_sums", block_sums},
                    {"total", total},
                    {"weight_gradient", weight_gradient}},
          .reduction_variables = {{"x", pixel.x}, {"y", pixel.y}, {"lane_r", over_lanes.x}, {"block", over_blocks.x}}};
}

Algorithm bias_gradient(const Func& output_gradient, const Func& previous, int lanes, int width, int height,
                        const Expr& blocks) {
  const RDom r({{0, width}, {0, height}, {0, blocks}}, "r");
  const RDom over_lanes(0, lanes, "lane_r");
  Func lane_sums("lane_sums"), total("total"), bias_gradient("bias_gradient");
  lane_sums(lane, co) = 0.0f;
  lane_sums(lane, co) += output_gradient(lane, r.x, r.y, co, r.z);
  total(co) = 0.0f;
  total(co) += lane_sums(over_lanes, co);
  bias_gradient(co) = previous(co) + total(co);
  return {.outputs = {bias_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"lane_sums", lane_sums},
                    {"total", total},
                    {"bias_gradient", bias_gradient}},
          .reduction_variables = {{"x", r.x}, {"y", r.y}, {"block", r.z}, {"lane_r", over_lanes.x}}};
}

namespace {

Algorithm build_conv2d(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func, weight = inputs.at("weight").func, bias = inputs.at("bias").func;
  const Reduction conv = conv2d(input, weight, bias, Convolution::from(shape));
  Func output("output");
  output(lane, x, y, co, b) = conv.func(lane, x, y, co, b);
  return {.outputs = {output},
          .funcs = {{"input", input}, {"weight", weight}, {"conv", conv.func}, {"output", output}},
          .reduction_variables = conv.variables};
}

Algorithm build_conv2d_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, weight = inputs.at("weight").func;
  const Reduction input_sum = conv2d_input_gradient(output_gradient, weight, Convolution::from(shape));
  Func input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum.func(lane, x, y, ci, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"weight", weight},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm build_conv2d_input_gradient_spread(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, weight = inputs.at("weight").func;
  const auto [spread, input_sum] = conv2d_input_gradient_spread(output_gradient, weight, Convolution::from(shape));
  Func input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum.func(lane, x, y, ci, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"weight", weight},
                    {"spread", spread},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm build_conv2d_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const Reduction sums = conv2d_weight_gradient_lane_sums(inputs.at("input").func, output_gradient.func,
                                                          output_gradient.extents.back(), Convolution::from(shape));
  const LaneTotal result = add_lanes(sums.func, inputs.at("previous").func, static_cast<int>(shape.at("lanes")));
  Algorithm algorithm{.outputs = {result.weight_gradient},
                      .funcs = {{"input", inputs.at("input").func},
                                {"output_gradient", output_gradient.func},
                                {"lane_sums", sums.func},
                                {"total", result.total.func},
                                {"weight_gradient", result.weight_gradient}},
                      .reduction_variables = sums.variables};
  algorithm.reduction_variables.insert(result.total.variables.begin(), result.total.variables.end());
  return algorithm;
}

Algorithm build_conv2d_weight_gradient_by_block(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  return weight_gradient_by_block(inputs.at("input").func, output_gradient.func, inputs.at("previous").func,
                                  static_cast<int>(shape.at("lanes")), output_gradient.extents.back(),
                                  Convolution::from(shape));
}

Algorithm build_conv2d_bias_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  return bias_gradient(output_gradient.func, inputs.at("previous").func, static_cast<int>(shape.at("lanes")),
                       static_cast<int>(shape.at("width")), static_cast<int>(shape.at("height")),
                       output_gradient.extents.back());
}

}  // namespace

std::vector<Operator> convolution_operators() {
  return {{"conv2d", "direct", build_conv2d},
          {"conv2d_input_gradient", "direct", build_conv2d_input_gradient},
          {"conv2d_input_gradient", "spread", build_conv2d_input_gradient_spread},
          {"conv2d_weight_gradient", "direct", build_conv2d_weight_gradient},
          {"conv2d_weight_gradient", "by_block", build_conv2d_weight_gradient_by_block},
          {"conv2d_bias_gradient", "direct", build_conv2d_bias_gradient}};
}

}  // namespace nestwright::ops
