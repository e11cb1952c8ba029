// conv2d + relu + max_pool2d in one kernel, and its backward forms: compositions of the operators' own algorithms.

#include "ops/fused_convolution/algorithm.h"

#include "ops/activation/algorithm.h"
#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"
#include "ops/signature/bias_place.h"

namespace nestwright::ops {
namespace {

// A byte that argmax never has: window^2 is less for every window up to largest_window.
constexpr int no_place = 255;
static_assert(largest_window * largest_window < no_place);

// The gradient of the convolution's output (lane, x, y, co, b), a stage called `name`: output_gradient at the place of
// the window's maximum, which argmax says, and zero at all others, in windows that relu cut, and in columns and rows
// that no window covers. With `has_more_channels` it may be read at channels beyond size.out_channels, and is zero
// there.
Stage unpooled_gradient(const Func& output_gradient, const Func& argmax, const Convolution& size, int window,
                        const std::string& name = "conv_gradient", bool has_more_channels = false) {
  const Expr channel = has_more_channels ? min(co, size.out_channels - 1) : Expr(co);
  const Expr column = min(x / window, size.output_width / window - 1);
  const Expr row = min(y / window, size.output_height / window - 1);
  Expr place = (y - row * window) * window + (x - column * window);
  if (has_more_channels) place = select(co < size.out_channels, place, no_place);
  Expr won = argmax(lane, column, row, channel, b) == cast<uint8_t>(place);
  if (size.output_width % window != 0) won = won && x - column * window < window;
  if (size.output_height % window != 0) won = won && y - row * window < window;
  Stage conv_gradient(name);
  conv_gradient(lane, x, y, co, b) = select(won, output_gradient(lane, column, row, channel, b), 0.0f);
  return conv_gradient;
}

}  // namespace

PooledConvolution pooled_convolution(const Func& input, const Func& weight, const Func& bias, const Convolution& size,
                                     int window, bool with_relu, const std::string& number) {
  const Stage conv = conv2d(input, weight, bias, size, number);
  const Stage pool = max_pool2d(with_relu ? relu(conv) : Func(conv), window, window, number);
  const Expr maximum = pool(lane, x, y, co, b)[0];
  const Expr place = pool(lane, x, y, co, b)[1];
  const Expr cut = cast<uint8_t>(window * window);
  Stage pooled("pooled");
  pooled(lane, x, y, co, b) = Tuple(maximum, with_relu ? select(maximum > 0.0f, place, cut) : place);
  return {conv, pool, pooled.renamed("pooled" + number)};
}

namespace {

Algorithm build_forward(const Inputs& inputs, const Shape& shape, bool with_relu) {
  const Stage input("input", inputs), weight("weight", inputs), bias("bias", inputs);
  const auto [conv, pool, pooled] =
      pooled_convolution(input, weight, bias, Convolution::from(shape), extent(shape, "window"), with_relu);
  Stage output("output");
  output(lane, x, y, co, b) = Tuple(pooled(lane, x, y, co, b)[0], pooled(lane, x, y, co, b)[1]);
  return algorithm_of({output}, {input, weight, conv, pool});
}

Algorithm build_conv2d_relu_max_pool2d(const Inputs& inputs, const Shape& shape) {
  return build_forward(inputs, shape, true);
}

Algorithm build_conv2d_max_pool2d(const Inputs& inputs, const Shape& shape) {
  return build_forward(inputs, shape, false);
}

Algorithm build_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), argmax("argmax", inputs), weight("weight", inputs);
  const Convolution size = Convolution::from(shape);
  const Stage conv_gradient = unpooled_gradient(output_gradient, argmax, size, extent(shape, "window"));
  const Stage input_sum = conv2d_input_gradient(conv_gradient, weight, size);
  Stage input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum(lane, x, y, ci, b);
  return algorithm_of({input_gradient}, {output_gradient, argmax, weight, conv_gradient, input_sum});
}

Algorithm build_spread_input_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), argmax("argmax", inputs), weight("weight", inputs);
  const Convolution size = Convolution::from(shape);
  const Stage conv_gradient = unpooled_gradient(output_gradient, argmax, size, extent(shape, "window"));
  const auto [spread, input_sum] = conv2d_input_gradient_spread(conv_gradient, weight, size);
  Stage input_gradient("input_gradient");
  input_gradient(lane, x, y, ci, b) = input_sum(lane, x, y, ci, b);
  return algorithm_of({input_gradient}, {output_gradient, argmax, weight, conv_gradient, spread, input_sum});
}

// The algorithm that adds up the lanes of `lane_sums`, and adds `previous`; `others` are the stages that lane_sums is
// made from.
Algorithm weight_gradient_algorithm(const Inputs& inputs, const Shape& shape, const Stage& lane_sums,
                                    std::vector<Stage> others) {
  const Stage previous("previous", inputs);
  const auto [total, weight_gradient] = add_lanes(lane_sums, previous, extent(shape, "lanes"));
  others.insert(others.end(), {lane_sums, total});
  return algorithm_of({weight_gradient}, others);
}

// Multiplies every pixel of the convolution's output by its gradient, zero or not.
Algorithm build_dense_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs), argmax("argmax", inputs);
  const Convolution size = Convolution::from(shape);
  const Stage conv_gradient = unpooled_gradient(output_gradient, argmax, size, extent(shape, "window"));
  const Stage lane_sums =
      conv2d_weight_gradient_lane_sums(input, conv_gradient, outermost_extent(inputs, "output_gradient"), size);
  return weight_gradient_algorithm(inputs, shape, lane_sums, {input, output_gradient, argmax, conv_gradient});
}

// The dense sum in two steps (see conv2d_weight_gradient_by_block()).
Algorithm build_weight_gradient_by_block(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs), argmax("argmax", inputs);
  const Stage previous("previous", inputs);
  const Convolution size = Convolution::from(shape);
  const Stage conv_gradient = unpooled_gradient(output_gradient, argmax, size, extent(shape, "window"));
  const auto [lane_sums, block_sums, total, weight_gradient] = conv2d_weight_gradient_by_block(
      input, conv_gradient, previous, extent(shape, "lanes"), outermost_extent(inputs, "output_gradient"), size);
  return algorithm_of({weight_gradient}, {input, output_gradient, argmax, conv_gradient, lane_sums, block_sums, total});
}

// What a weight gradient reads that is a sum over windows. Only one pixel of a window has a gradient that is not zero,
// that of its maximum (the winner).
struct WindowSum {
  Stage input, output_gradient, argmax;
  Convolution size;
  int window;
  Func source;  // input, continued by zeros
  RDom r;       // the windows of all blocks: x, y, block

  WindowSum(const Inputs& inputs, const Shape& shape)
      : input("input", inputs),
        output_gradient("output_gradient", inputs),
        argmax("argmax", inputs),
        size(Convolution::from(shape)),
        window(extent(shape, "window")),
        source(with_zeros_around(input, size.width, size.height, size.padding)),
        r({{0, size.output_width / window},
           {0, size.output_height / window},
           {0, outermost_extent(inputs, "output_gradient")}},
          "r") {}
};

// output_gradient where relu did not cut the window's maximum, and zero elsewhere.
Stage live_gradient_of(const Func& output_gradient, const Func& argmax, int window) {
  Stage live_gradient("live_gradient");
  live_gradient(lane, x, y, co, b) =
      select(argmax(lane, x, y, co, b) < cast<uint8_t>(window * window), output_gradient(lane, x, y, co, b), 0.0f);
  return live_gradient;
}

// One multiplication a window instead of window^2: only the winner's gradient is not zero, so the input pixels that
// the winner saw are selected first. The choice is separable, rows first and then columns, so that neighbouring taps
// share the row choice: for a 5x5 kernel and a 2x2 window 30 + 25 selects and 25 multiply-adds replace 100
// multiply-adds.
//
// lane_sums(lane, kx, ky, ci, co) = sum over windows (x, y, block) of live_gradient(lane, x, y, co, block) *
//     source(lane, (x*window + winner's column)*stride + kx*dilation - padding, likewise y, ci, block)
Algorithm build_winner_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const auto [input, output_gradient, argmax, size, window, source, r] = WindowSum(inputs, shape);
  const Stage live_gradient = live_gradient_of(output_gradient, argmax, window);
  const Expr winner = argmax(lane, r.x, r.y, co, r.z);
  // The input at column `column`, in the row that tap ky of the winner reads.
  const auto in_winners_row = [&](const Expr& column) {
    const auto input_row = [&](int place) {
      return (r.y * window + place) * size.stride + ky * size.dilation - size.padding;
    };
    Expr value = source(lane, column, input_row(0), ci, r.z);
    for (int place = 1; place < window; ++place) {
      const Expr won = winner / cast<uint8_t>(window) == cast<uint8_t>(place);
      value = select(won, source(lane, column, input_row(place), ci, r.z), value);
    }
    return value;
  };
  const auto input_column = [&](int place) {
    return (r.x * window + place) * size.stride + kx * size.dilation - size.padding;
  };
  Expr seen_by_winner = in_winners_row(input_column(0));
  for (int place = 1; place < window; ++place) {
    const Expr won = winner % cast<uint8_t>(window) == cast<uint8_t>(place);
    seen_by_winner = select(won, in_winners_row(input_column(place)), seen_by_winner);
  }
  Stage lane_sums("lane_sums");
  lane_sums(lane, kx, ky, ci, co) = 0.0f;
  lane_sums(lane, kx, ky, ci, co) += live_gradient(lane, r.x, r.y, co, r.z) * seen_by_winner;
  lane_sums.variables = {{"x", r.x}, {"y", r.y}, {"block", r.z}};
  return weight_gradient_algorithm(inputs, shape, lane_sums, {input, output_gradient, argmax, live_gradient});
}

// The same sum, which reads at the winner's place: one load from a computed address instead of selects. It is for
// blocks of few lanes, where the taps of a row make the vector; with many lanes each would read elsewhere.
Algorithm build_gathered_weight_gradient(const Inputs& inputs, const Shape& shape) {
  const auto [input, output_gradient, argmax, size, window, source, r] = WindowSum(inputs, shape);
  // Where relu cut the winner, argmax is past the window. The gradient is zero there, but the address must exist.
  const Expr winner = min(cast<int>(argmax(lane, r.x, r.y, co, r.z)), window * window - 1);
  const Expr alive = argmax(lane, r.x, r.y, co, r.z) < cast<uint8_t>(window * window);
  const Expr column = (r.x * window + winner % window) * size.stride + kx * size.dilation - size.padding;
  const Expr row = (r.y * window + winner / window) * size.stride + ky * size.dilation - size.padding;
  Stage lane_sums("lane_sums");
  lane_sums(lane, kx, ky, ci, co) = 0.0f;
  lane_sums(lane, kx, ky, ci, co) +=
      select(alive, output_gradient(lane, r.x, r.y, co, r.z), 0.0f) * source(lane, column, row, ci, r.z);
  lane_sums.variables = {{"x", r.x}, {"y", r.y}, {"block", r.z}};
  return weight_gradient_algorithm(inputs, shape, lane_sums, {input, output_gradient, argmax});
}

Algorithm build_bias_gradient(const Inputs& inputs, const Shape& shape) {
  const Stage output_gradient("output_gradient", inputs), argmax("argmax", inputs), previous("previous", inputs);
  const Stage live_gradient = live_gradient_of(output_gradient, argmax, extent(shape, "window"));
  const auto [lane_sums, total, bias_gradient] =
      conv2d_bias_gradient(live_gradient, previous, shape, outermost_extent(inputs, "output_gradient"));
  return algorithm_of({bias_gradient}, {output_gradient, argmax, live_gradient, lane_sums, total});
}

// For each block the dense sum over images and pixels. The second update computes the biases' gradients, which lie
// within row `place.row`: (kx, ky, ci) there counts output channels from place.column on.
Algorithm build_parameter_gradients(const Inputs& inputs, const Shape& shape) {
  const Stage input("input", inputs), output_gradient("output_gradient", inputs), argmax("argmax", inputs);
  const Convolution size = Convolution::from(shape);
  const int window = extent(shape, "window"), lanes = extent(shape, "lanes");
  const Stage row_gradient = unpooled_gradient(output_gradient, argmax, size, window, "row_gradient", true);
  const Func source = with_zeros_around(input, size.width, size.height, size.padding);
  const BiasPlace place =
      bias_place(std::int64_t{size.kernel_width} * size.kernel_height * size.in_channels, size.out_channels);
  const int row = static_cast<int>(place.row), column = static_cast<int>(place.column);

  Stage block_sums("block_sums"), gradients("gradients");
  const RDom r({{0, lanes}, {0, size.output_width}, {0, size.output_height}}, "r");
  block_sums(kx, ky, ci, co, b) = 0.0f;
  block_sums(kx, ky, ci, co, b) +=
      row_gradient(r.x, r.y, r.z, co, b) * source(r.x, r.y * size.stride + kx * size.dilation - size.padding,
                                                  r.z * size.stride + ky * size.dilation - size.padding, ci, b);

  RDom r_bias({{0, lanes}, {0, size.output_width / window}, {0, size.output_height / window}}, "r_bias");
  r_bias.where(is_row(co, row));
  const Expr channel = kx + size.kernel_width * (ky + size.kernel_height * ci) - column;
  const Expr clamped = clamp(channel, 0, size.out_channels - 1);
  const Expr is_alive = argmax(r_bias.x, r_bias.y, r_bias.z, clamped, b) < cast<uint8_t>(window * window);
  const Expr is_bias = channel >= 0 && channel < size.out_channels;
  block_sums(kx, ky, ci, co, b) +=
      select(is_bias && is_alive, output_gradient(r_bias.x, r_bias.y, r_bias.z, clamped, b), 0.0f);
  block_sums.variables = {{"lane_r", r.x},           {"x", r.y},           {"y", r.z},
                          {"bias_lane_r", r_bias.x}, {"bias_x", r_bias.y}, {"bias_y", r_bias.z}};

  gradients(kx, ky, ci, co, b) = block_sums(kx, ky, ci, co, b);
  return algorithm_of({gradients}, {input, output_gradient, argmax, row_gradient, block_sums});
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
