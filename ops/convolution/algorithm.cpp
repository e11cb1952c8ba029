#include "ops/convolution/algorithm.h"

#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright::ops {

Expr is_pixel(const Expr& column, int width, const Expr& row, int height) {
  return column >= 0 && column < width && cast<uint32_t>(row) < cast<uint32_t>(height);
}

Expr is_row(const Expr& place, int row) { return (place ^ row) == 0; }

Func with_zeros_around(const Func& input, int width, int height, int padding) {
  if (padding == 0) return input;
  Func padded("padded");
  const Expr inside = is_pixel(x, width, y, height);
  padded(lane, x, y, ci, b) = select(inside, input(lane, clamp(x, 0, width - 1), clamp(y, 0, height - 1), ci, b), 0.0f);
  return padded;
}

Convolution Convolution::from(const Shape& shape) {
  Convolution size{.width = extent(shape, "width"),
                   .height = extent(shape, "height"),
                   .in_channels = extent(shape, "in_channels"),
                   .out_channels = extent(shape, "out_channels"),
                   .kernel_width = extent(shape, "kernel_width"),
                   .kernel_height = extent(shape, "kernel_height"),
                   .stride = extent(shape, "stride"),
                   .padding = extent(shape, "padding"),
                   .dilation = extent(shape, "dilation"),
                   .output_width = 0,
                   .output_height = 0};
  const auto count = [&](int input, int kernel) {
    return static_cast<int>(window_count(input, kernel, size.stride, size.padding, size.dilation));
  };
  size.output_width = count(size.width, size.kernel_width);
  size.output_height = count(size.height, size.kernel_height);
  return size;
}

Stage conv2d(const Func& input, const Func& weight, const Func& bias, const Convolution& size,
             const std::string& number) {
  const Func source = with_zeros_around(input, size.width, size.height, size.padding);
  const RDom r({{0, size.kernel_width}, {0, size.kernel_height}, {0, size.in_channels}}, "r" + number);
  Stage conv("conv");
  conv(lane, x, y, co, b) = bias(co);
  conv(lane, x, y, co, b) +=
      weight(r.x, r.y, r.z, co) * source(lane, x * size.stride + r.x * size.dilation - size.padding,
                                         y * size.stride + r.y * size.dilation - size.padding, r.z, b);
  conv.variables = {{"kx" + number, r.x}, {"ky" + number, r.y}, {"ci" + number, r.z}};
  return conv.renamed("conv" + number);
}

Stage conv2d_input_gradient(const Func& output_gradient, const Func& weight, const Convolution& size) {
  RDom r({{0, size.kernel_width}, {0, size.kernel_height}, {0, size.out_channels}}, "r");
  // The output that reads input x through tap kx, times the stride.
  const Expr strided_u = x + size.padding - r.x * size.dilation;
  const Expr strided_v = y + size.padding - r.y * size.dilation;
  r.where(strided_u >= 0 && strided_u <= (size.output_width - 1) * size.stride);
  r.where(strided_v >= 0 && strided_v <= (size.output_height - 1) * size.stride);
  if (size.stride > 1) r.where(strided_u % size.stride == 0 && strided_v % size.stride == 0);
  Stage input_sum("input_sum");
  input_sum(lane, x, y, ci, b) = 0.0f;
  input_sum(lane, x, y, ci, b) +=
      weight(r.x, r.y, ci, r.z) * output_gradient(lane, clamp(strided_u / size.stride, 0, size.output_width - 1),
                                                  clamp(strided_v / size.stride, 0, size.output_height - 1), r.z, b);
  input_sum.variables = {{"kx", r.x}, {"ky", r.y}, {"co", r.z}};
  return input_sum;
}

SpreadGradient conv2d_input_gradient_spread(const Func& output_gradient, const Func& weight, const Convolution& size) {
  Stage spread("spread");
  Expr holds_output =
      is_pixel(x, (size.output_width - 1) * size.stride + 1, y, (size.output_height - 1) * size.stride + 1);
  if (size.stride > 1) holds_output = holds_output && x % size.stride == 0 && y % size.stride == 0;
  spread(lane, x, y, co, b) = select(holds_output,
                                     output_gradient(lane, clamp(x / size.stride, 0, size.output_width - 1),
                                                     clamp(y / size.stride, 0, size.output_height - 1), co, b),
                                     0.0f);
  const RDom r({{0, size.kernel_width}, {0, size.kernel_height}, {0, size.out_channels}}, "r");
  Stage input_sum("input_sum");
  input_sum(lane, x, y, ci, b) = 0.0f;
  input_sum(lane, x, y, ci, b) += weight(r.x, r.y, ci, r.z) * spread(lane, x + size.padding - r.x * size.dilation,
                                                                     y + size.padding - r.y * size.dilation, r.z, b);
  input_sum.variables = {{"kx", r.x}, {"ky", r.y}, {"co", r.z}};
  return {spread, input_sum};
}

Stage conv2d_weight_gradient_lane_sums(const Func& input, const Func& output_gradient, const Expr& blocks,
                                       const Convolution& size) {
  const Func source = with_zeros_around(input, size.width, size.height, size.padding);
  const RDom r({{0, size.output_width}, {0, size.output_height}, {0, blocks}}, "r");
  Stage lane_sums("lane_sums");
  lane_sums(lane, kx, ky, ci, co) = 0.0f;
  lane_sums(lane, kx, ky, ci, co) +=
      output_gradient(lane, r.x, r.y, co, r.z) * source(lane, r.x * size.stride + kx * size.dilation - size.padding,
                                                        r.y * size.stride + ky * size.dilation - size.padding, ci, r.z);
  lane_sums.variables = {{"x", r.x}, {"y", r.y}, {"block", r.z}};
  return lane_sums;
}

LaneTotal add_lanes(const Func& lane_sums, const Func& previous, int lanes) {
  const RDom r(0, lanes, "lane_r");
  Stage total("total"), weight_gradient("weight_gradient");
  total(kx, ky, ci, co) = 0.0f;
  total(kx, ky, ci, co) += lane_sums(r, kx, ky, ci, co);
  total.variables = {{"lane_r", r.x}};
  weight_gradient(kx, ky, ci, co) = previous(kx, ky, ci, co) + total(kx, ky, ci, co);
  return {total, weight_gradient};
}

GradientByBlock conv2d_weight_gradient_by_block(const Func& input, const Func& output_gradient, const Func& previous,
                                                int lanes, const Expr& blocks, const Convolution& size) {
  const Func source = with_zeros_around(input, size.width, size.height, size.padding);
  const RDom pixel({{0, size.output_width}, {0, size.output_height}}, "r");
  const RDom over_lanes(0, lanes, "lane_r"), over_blocks(0, blocks, "block_r");
  Stage lane_sums("lane_sums"), block_sums("block_sums"), total("total"), weight_gradient("weight_gradient");
  lane_sums(lane, kx, ky, ci, co, b) = 0.0f;
  lane_sums(lane, kx, ky, ci, co, b) += output_gradient(lane, pixel.x, pixel.y, co, b) *
                                        source(lane, pixel.x * size.stride + kx * size.dilation - size.padding,
                                               pixel.y * size.stride + ky * size.dilation - size.padding, ci, b);
  lane_sums.variables = {{"x", pixel.x}, {"y", pixel.y}};
  block_sums(kx, ky, ci, co, b) = 0.0f;
  block_sums(kx, ky, ci, co, b) += lane_sums(over_lanes, kx, ky, ci, co, b);
  block_sums.variables = {{"lane_r", over_lanes.x}};
  total(kx, ky, ci, co) = 0.0f;
  total(kx, ky, ci, co) += block_sums(kx, ky, ci, co, over_blocks);
  total.variables = {{"block", over_blocks.x}};
  weight_gradient(kx, ky, ci, co) = previous(kx, ky, ci, co) + total(kx, ky, ci, co);
  return {lane_sums, block_sums, total, weight_gradient};
}

BiasGradient conv2d_bias_gradient(const Func& output_gradient, const Func& previous, const Shape& shape,
                                  const Expr& blocks) {
  const RDom r({{0, extent(shape, "width")}, {0, extent(shape, "height")}, {0, blocks}}, "r");
  const RDom over_lanes(0, extent(shape, "lanes"), "lane_r");
  Stage lane_sums("lane_sums"), total("total"), bias_gradient("bias_gradient");
  lane_sums(lane, co) = 0.0f;
  lane_sums(lane, co) += output_gradient(lane, r.x, r.y, co, r.z);
  lane_sums.variables = {{"x", r.x}, {"y", r.y}, {"block", r.z}};
  total(co) = 0.0f;
  total(co) += lane_sums(over_lanes, co);
  total.variables = {{"lane_r", over_lanes.x}};
  bias_gradient(co) = previous(co) + total(co);
  return {lane_sums, total, bias_gradient};
}

namespace {

Algorithm build_conv2d(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), weight("weight", inputs), bias("bias", inputs);
  const Stage conv = conv2d(input, weight, bias, Convolution::from(shape));
  Stage output("output");
  output(lane, x, y, co, b) = conv(lane, x, y, co, b);
  return algorithm_of({output}, {input, weight, conv});
}

Algorithm build_conv2d_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), weight("weight", inputs);
  const Stage input_sum = conv2d_input_gradient(output_gradient, weight, Convolution::from(shape));
  Stage input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum(lane, x, y, ci, b);
  return algorithm_of({input_gradient}, {output_gradient, weight, input_sum});
}

Algorithm build_conv2d_input_gradient_spread(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), weight("weight", inputs);
  const auto [spread, input_sum] = conv2d_input_gradient_spread(output_gradient, weight, Convolution::from(shape));
  Stage input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum(lane, x, y, ci, b);
  return algorithm_of({input_gradient}, {output_gradient, weight, spread, input_sum});
}

Algorithm build_conv2d_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs), previous("previous", inputs);
  const Stage lane_sums = conv2d_weight_gradient_lane_sums(
      input, output_gradient, outermost_extent(inputs, "output_gradient"), Convolution::from(shape));
  const auto [total, weight_gradient] = add_lanes(lane_sums, previous, extent(shape, "lanes"));
  return algorithm_of({weight_gradient}, {input, output_gradient, lane_sums, total});
}

Algorithm build_conv2d_weight_gradient_by_block(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs), previous("previous", inputs);
  const auto [lane_sums, block_sums, total, weight_gradient] =
      conv2d_weight_gradient_by_block(input, output_gradient, previous, extent(shape, "lanes"),
                                      outermost_extent(inputs, "output_gradient"), Convolution::from(shape));
  return algorithm_of({weight_gradient}, {input, output_gradient, lane_sums, block_sums, total});
}

Algorithm build_conv2d_bias_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), previous("previous", inputs);
  const auto [lane_sums, total, bias_gradient] =
      conv2d_bias_gradient(output_gradient, previous, shape, outermost_extent(inputs, "output_gradient"));
  return algorithm_of({bias_gradient}, {output_gradient, lane_sums, total});
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
