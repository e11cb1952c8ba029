// conv2d + relu + max_pool2d in one kernel, and its backward forms: compositions of the operators' own algorithms.

#include "ops/fused_convolution/algorithm.h"

#include <utility>

#include "ops/activation/algorithm.h"
#include "ops/algorithm/families.h"
#include "ops/signature/bias_place.h"

namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;
using Halide::Var;

namespace {

const Var lane("lane"), x("x"), y("y"), ci("ci"), co("co"), kx("kx"), ky("ky"), b("b");

int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

// The gradient of the convolution's output: output_gradient where the window's winner stood, zero elsewhere, in
// windows that relu cut, and in the columns and rows that no window covers. `name` is the Func's; with
// `has_more_channels` it is zero in channels that the output does not have, too.
Func unpooled_gradient(const Func& output_gradient, const Func& argmax, const Convolution& c, int window,
                       const std::string& name = "conv_gradient", bool has_more_channels = false) {
  const Expr channel = has_more_channels ? min(co, c.out_channels - 1) : Expr(co);
  const Expr column = min(x / window, c.output_width / window - 1);
  const Expr row = min(y / window, c.output_height / window - 1);
  Expr place = (y - row * window) * window + (x - column * window);
  // No window is so large that this were a place in it.
  if (has_more_channels) place = select(co < c.out_channels, place, 255);
  Expr won = argmax(lane, column, row, channel, b) == cast<uint8_t>(place);
  if (c.output_width % window != 0) won = won && x - column * window < window;
  if (c.output_height % window != 0) won = won && y - row * window < window;
  Func conv_gradient(name);
  conv_gradient(lane, x, y, co, b) = select(won, output_gradient(lane, column, row, channel, b), 0.0f);
  return conv_gradient;
}

}  // namespace

PooledConvolution pooled_convolution(const Func& input, const Func& weight, const Func& bias,
                                     const Convolution& convolution, int window, bool with_relu,
                                     const std::string& number) {
  const Reduction conv = conv2d(input, weight, bias, convolution, number);
  const MaxPool pool = max_pool2d(with_relu ? relu(conv.func) : conv.func, window, window, number);
  const Expr maximum = pool.func(lane, x, y, co, b)[0];
  const Expr place = pool.func(lane, x, y, co, b)[1];
  const Expr cut = cast<uint8_t>(window * window);
  Func pooled("pooled");
  pooled(lane, x, y, co, b) = Tuple(maximum, with_relu ? select(maximum > 0.0f, place, cut) : place);
  return {conv, pool, pooled};
}

namespace {

Algorithm build_forward(const Inputs& inputs, const Shape& shape, bool with_relu) {
  const Func input = inputs.at("input").func, weight = inputs.at("weight").func;
  const int window = extent(shape, "window");
  const auto [conv, pool, pooled] =
      pooled_convolution(input, weight, inputs.at("bias").func, Convolution::from(shape), window, with_relu);
  Func output("output");
  output(lane, x, y, co, b) = Tuple(pooled(lane, x, y, co, b)[0], pooled(lane, x, y, co, b)[1]);
  Algorithm algorithm{
      .outputs = {output},
      .funcs = {{"input", input}, {"weight", weight}, {"conv", conv.func}, {"pool", pool.func}, {"output", output}},
      .reduction_variables = conv.variables};
  algorithm.reduction_variables.insert(pool.variables.begin(), pool.variables.end());
  return algorithm;
}

Algorithm build_conv2d_relu_max_pool2d(const Inputs& inputs, const Shape& shape) {
  return build_forward(inputs, shape, true);
}

Algorithm build_conv2d_max_pool2d(const Inputs& inputs, const Shape& shape) {
  return build_forward(inputs, shape, false);
}

Algorithm build_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, argmax = inputs.at("argmax").func;
  const Func weight = inputs.at("weight").func;
  const Convolution c = Convolution::from(shape);
  const Func conv_gradient = unpooled_gradient(output_gradient, argmax, c, extent(shape, "window"));
  const Reduction input_sum = conv2d_input_gradient(conv_gradient, weight, c);
  Func input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum.func(lane, x, y, ci, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"argmax", argmax},
                    {"weight", weight},
                    {"conv_gradient", conv_gradient},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm build_spread_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Func output_gradient = inputs.at("output_gradient").func, argmax = inputs.at("argmax").func;
  const Func weight = inputs.at("weight").func;
  const Convolution c = Convolution::from(shape);
  const Func conv_gradient = unpooled_gradient(output_gradient, argmax, c, extent(shape, "window"));
  const auto [spread, input_sum] = conv2d_input_gradient_spread(conv_gradient, weight, c);
  Func input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum.func(lane, x, y, ci, b);
  return {.outputs = {input_gradient},
          .funcs = {{"output_gradient", output_gradient},
                    {"argmax", argmax},
                    {"weight", weight},
                    {"conv_gradient", conv_gradient},
                    {"spread", spread},
                    {"input_sum", input_sum.func},
                    {"input_gradient", input_gradient}},
          .reduction_variables = input_sum.variables};
}

Algorithm weight_gradient_algorithm(const Inputs& inputs, const Shape& shape, const Reduction& sums) {
  const LaneTotal result = add_lanes(sums.func, inputs.at("previous").func, extent(shape, "lanes"));
  Algorithm algorithm{.outputs = {result.weight_gradient},
                      .funcs = {{"input", inputs.at("input").func},
                                {"output_gradient", inputs.at("output_gradient").func},
                                {"argmax", inputs.at("argmax").func},
                                {"lane_sums", sums.func},
                                {"total", result.total.func},
                                {"weight_gradient", result.weight_gradient}},
                      .reduction_variables = sums.variables};
  algorithm.reduction_variables.insert(result.total.variables.begin(), result.total.variables.end());
  return algorithm;
}

// Multiplies every pixel of the convolution's output by its gradient, zero or not.
Algorithm build_dense_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const Convolution c = Convolution::from(shape);
  const Func conv_gradient =
      unpooled_gradient(output_gradient.func, inputs.at("argmax").func, c, extent(shape, "window"));
  const Reduction sums =
      conv2d_weight_gradient_lane_sums(inputs.at("input").func, conv_gradient, output_gradient.extents.back(), c);
  Algorithm algorithm = weight_gradient_algorithm(inputs, shape, sums);
  algorithm.funcs.emplace("conv_gradient", conv_gradient);
  return algorithm;
}

// One multiplication a window instead of window^2: only the winner's gradient is not zero, so the input pixels that
// the winner saw are selected first. The choice is separable, rows first and then columns, so that neighbouring taps
// share the row choice: for a 5x5 kernel and a 2x2 window 30 + 25 selects and 25 multiply-adds replace 100
// multiply-adds.
//
// lane_sums(lane, kx, ky, ci, co) = sum over windows (x, y, block) of live_gradient(lane, x, y, co, block) *
//     source(lane, (x*window + winner's column)*stride + kx*dilation - padding, likewise y, ci, block)
Algorithm build_winner_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const Func argmax = inputs.at("argmax").func;
  const Convolution c = Convolution::from(shape);
  const int window = extent(shape, "window");
  const Func source = with_zeros_around(inputs.at("input").func, c.width, c.height, c.padding);

  Func live_gradient("live_gradient");
  live_gradient(lane, x, y, co, b) =
      select(argmax(lane, x, y, co, b) < cast<uint8_t>(window * window), output_gradient.func(lane, x, y, co, b), 0.0f);

  const RDom r({{0, c.output_width / window}, {0, c.output_height / window}, {0, output_gradient.extents.back()}}, "r");
  const Expr winner = argmax(lane, r.x, r.y, co, r.z);
  // The input at column `column`, in the row that tap ky of the winner reads.
  const auto in_winners_row = [&](const Expr& column) {
    const auto input_row = [&](int place) { return (r.y * window + place) * c.stride + ky * c.dilation - c.padding; };
    Expr value = source(lane, column, input_row(0), ci, r.z);
    for (int place = 1; place < window; ++place) {
      const Expr won = winner / cast<uint8_t>(window) == cast<uint8_t>(place);
      value = select(won, source(lane, column, input_row(place), ci, r.z), value);
    }
    return value;
  };
  const auto input_column = [&](int place) { return (r.x * window + place) * c.stride + kx * c.dilation - c.padding; };
  Expr seen_by_winner = in_winners_row(input_column(0));
  for (int place = 1; place < window; ++place) {
    const Expr won = winner % cast<uint8_t>(window) == cast<uint8_t>(place);
    seen_by_winner = select(won, in_winners_row(input_column(place)), seen_by_winner);
  }
  Func lane_sums("lane_sums");
  lane_sums(lane, kx, ky, ci, co) = 0.0f;
  lane_sums(lane, kx, ky, ci, co) += live_gradient(lane, r.x, r.y, co, r.z) * seen_by_winner;

  Algorithm algorithm = weight_gradient_algorithm(inputs, shape, {lane_sums, {{"x", r.x}, {"y", r.y}, {"block", r.z}}});
  algorithm.funcs.emplace("live_gradient", live_gradient);
  return algorithm;
}

// The same sum by reading at the winner's place: one load at a computed address instead of selects. It is for blocks of
// few lanes, where the taps of a row make the vector; with many lanes each would read elsewhere.
Algorithm build_gathered_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const Func argmax = inputs.at("argmax").func;
  const Convolution c = Convolution::from(shape);
  const int window = extent(shape, "window");
  const Func source = with_zeros_around(inputs.at("input").func, c.width, c.height, c.padding);

  const RDom r({{0, c.output_width / window}, {0, c.output_height / window}, {0, output_gradient.extents.back()}}, "r");
  // Where relu cut the winner, its place is past the window: the gradient is zero there, the address must exist.
  const Expr winner = min(cast<int>(argmax(lane, r.x, r.y, co, r.z)), window * window - 1);
  const Expr alive = argmax(lane, r.x, r.y, co, r.z) < cast<uint8_t>(window * window);
  const Expr column = (r.x * window + winner % window) * c.stride + kx * c.dilation - c.padding;
  const Expr row = (r.y * window + winner / window) * c.stride + ky * c.dilation - c.padding;
  Func lane_sums("lane_sums");
  lane_sums(lane, kx, ky, ci, co) = 0.0f;
  lane_sums(lane, kx, ky, ci, co) +=
      select(alive, output_gradient.func(lane, r.x, r.y, co, r.z), 0.0f) * source(lane, column, row, ci, r.z);
  return weight_gradient_algorithm(inputs, shape, {lane_sums, {{"x", r.x}, {"y", r.y}, {"block", r.z}}});
}

// The dense sum in two steps (see weight_gradient_by_block()).
Algorithm build_weight_gradient_by_block(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const Convolution c = Convolution::from(shape);
  const Func argmax = inputs.at("argmax").func;
  const Func conv_gradient = unpooled_gradient(output_gradient.func, argmax, c, extent(shape, "window"));
  Algorithm algorithm = weight_gradient_by_block(inputs.at("input").func, conv_gradient, inputs.at("previous").func,
                                                 extent(shape, "lanes"), output_gradient.extents.back(), c);
  algorithm.funcs.erase("output_gradient");
  algorithm.funcs.insert(
      {{"output_gradient", output_gradient.func}, {"argmax", argmax}, {"conv_gradient", conv_gradient}});
  return algorithm;
}

Algorithm build_bias_gradient(const Inputs& inputs, const Shape& shape) {
  const Tensor& output_gradient = inputs.at("output_gradient");
  const int window = extent(shape, "window");
  Func live_gradient("live_gradient");
  live_gradient(lane, x, y, co, b) =
      select(inputs.at("argmax").func(lane, x, y, co, b) < cast<uint8_t>(window * window),
             output_gradient.func(lane, x, y, co, b), 0.0f);
  Algorithm algorithm = bias_gradient(live_gradient, inputs.at("previous").func, extent(shape, "lanes"),
                                      extent(shape, "width"), extent(shape, "height"), output_gradient.extents.back());
  algorithm.funcs.erase("output_gradient");
  algorithm.funcs.emplace("output_gradient", output_gradient.func);
  algorithm.funcs.emplace("argmax", inputs.at("argmax").func);
  algorithm.funcs.emplace("live_gradient", live_gradient);
  return algorithm;
}

// For each block the dense sum over images and pixels. The biases' stretch of a row is the second update: there a tap
// is an output channel's place.
Algorithm build_parameter_gradients(const Inputs& inputs, const Shape& shape) {
  const Func input = inputs.at("input").func, output_gradient = inputs.at("output_gradient").func;
  const Func argmax = inputs.at("argmax").func;
  const Convolution c = Convolution::from(shape);
  const int window = extent(shape, "window"), lanes = extent(shape, "lanes");
  const Func row_gradient = unpooled_gradient(output_gradient, argmax, c, window, "row_gradient", true);
  const Func source = with_zeros_around(input, c.width, c.height, c.padding);
  const BiasPlace place = bias_place(std::int64_t{c.kernel_width} * c.kernel_height * c.in_channels, c.out_channels);
  const int row = static_cast<int>(place.row), column = static_cast<int>(place.column);

  Func block_sums("block_sums"), gradients("gradients");
  const RDom r({{0, lanes}, {0, c.output_width}, {0, c.output_height}}, "r");
  block_sums(kx, ky, ci, co, b) = 0.0f;
  block_sums(kx, ky, ci, co, b) +=
      row_gradient(r.x, r.y, r.z, co, b) *
      source(r.x, r.y * c.stride + kx * c.dilation - c.padding, r.z * c.stride + ky * c.dilation - c.padding, ci, b);

  RDom r_bias({{0, lanes}, {0, c.output_width / window}, {0, c.output_height / window}}, "r_bias");
  r_bias.where(is_row(co, row));
  const Expr channel = kx + c.kernel_width * (ky + c.kernel_height * ci) - column;
  const Expr clamped = clamp(channel, 0, c.out_channels - 1);
  const Expr is_alive = argmax(r_bias.x, r_bias.y, r_bias.z, clamped, b) < cast<uint8_t>(window * window);
  const Expr is_bias = channel >= 0 && channel < c.out_channels;
  block_sums(kx, ky, ci, co, b) +=
      select(is_bias && is_alive, output_gradient(r_bias.x, r_bias.y, r_bias.z, clamped, b), 0.0f);

  gradients(kx, ky, ci, co, b) = block_sums(kx, ky, ci, co, b);
  return {.outputs = {gradients},
          .funcs = {{"input", input},
                    {"output_gradient", output_gradient},
                    {"argmax", argmax},
                    {"row_gradient", row_gradient},
                    {"block_sums", block_sums},
                    {"gradients", gradients}},
          .reduction_variables = {{"lane_r", r.x},
                                  {"x", r.y},
                                  {"y", r.z},
                                  {"bias_lane_r", r_bias.x},
                                  {"bias_x", r_bias.y},
                                  {"bias_y", r_bias.z}}};
}

}  // namespace

std::vector<Operator> fused_convolution_operators() {
  return {{"conv2d_relu_max_pool2d", "direct", build_conv2d_relu_max_pool2d},
          {"conv2d_max_pool2d", "direct", build_conv2d_max_pool2d},
          {"conv2d_max_pool2d_input_gradient", "direct", build_input_gradient},
          {"conv2d_max_pool2d_input_gradient", "spread", build_spread_input_gradient},
          {"conv2d_max_pool2d_weight_gradient", "winner", build_winner_weight_gradient},
          {"conv2d_max_pool2d_weight_gradient", "gathered", build_gathered_weight_gradient},
          {"conv2d_max_pool2d_weight_gradient", "direct", build_dense_weight_gradient},
          {"conv2d_max_pool2d_weight_gradient", "by_block", build_weight_gradient_by_block},
          {"conv2d_max_pool2d_bias_gradient", "direct", build_bias_gradient},
          {"conv2d_max_pool2d_parameter_gradients", "direct", build_parameter_gradients}};
}

}  // namespace nestwright::ops
