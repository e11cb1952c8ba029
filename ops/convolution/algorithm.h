#pragma once

#include <Halide.h>

#include <string>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// The constants of a 2-d convolution; see the signature of conv2d.
struct Convolution {
  int width, height;  // of the input
  int in_channels, out_channels;
  int kernel_width, kernel_height;
  int stride, padding, dilation;
  int output_width, output_height;

  static Convolution from(const Shape& shape);
};

// 0 <= column < width and 0 <= row < height. That of the row is one comparison of unsigned numbers: of x >= 0 && y >= 0
// Halide's simplifier makes min(x, y) >= 0, which Halide 21's loop partitioning can take for true too early
// (tests/ops/operator_case.cpp has a shape where it did). That of the column stays as it is, for loops over x to be
// partitioned.
Halide::Expr is_pixel(const Halide::Expr& column, int width, const Halide::Expr& row, int height);

// place == row, by a formula that Halide's bounds don't see through: they would narrow what is computed to that row,
// and leave a thread's part of it, on a GPU, no constant size.
Halide::Expr is_row(const Halide::Expr& place, int row);

// `input` (lane, x, y, channel, b) of `width` x `height`, continued by zeros; itself where no padding makes anyone read
// outside.
Halide::Func with_zeros_around(const Halide::Func& input, int width, int height, int padding);

// conv(lane, x, y, co, b) = bias(co) + sum over kx, ky, ci of
//     weight(kx, ky, ci, co) * input(lane, x*stride + kx*dilation - padding, y*stride + ky*dilation - padding, ci, b)
// where input is zero outside its extents. Goodfellow, Bengio and Courville 2016, section 9.5, equation 9.7 (with a
// stride). Reduction variables: kx, ky, ci. Their names and the stage's have `number` behind them, where an algorithm
// has several convolutions.
Stage conv2d(const Halide::Func& input, const Halide::Func& weight, const Halide::Func& bias, const Convolution& size,
             const std::string& number = "");

// input_sum(lane, x, y, ci, b) = sum over kx, ky, co of weight(kx, ky, ci, co) * output_gradient(lane, u, v, co, b),
// where u*stride + kx*dilation - padding = x and v likewise for y: the outputs that read input (x, y).
// Goodfellow et al. 2016, equation 9.13. Reduction variables: kx, ky, co.
Stage conv2d_input_gradient(const Halide::Func& output_gradient, const Halide::Func& weight, const Convolution& size);

// The same sum with no condition on its taps, for vectors along x: `spread` is output_gradient, `stride` apart, in
// zeros. input_sum(lane, x, y, ci, b) = sum over kx, ky, co of weight(kx, ky, ci, co) *
//     spread(lane, x + padding - kx*dilation, y + padding - ky*dilation, co, b).
// Reduction variables: kx, ky, co.
struct SpreadGradient {
  Stage spread, input_sum;
};
SpreadGradient conv2d_input_gradient_spread(const Halide::Func& output_gradient, const Halide::Func& weight,
                                            const Convolution& size);

// lane_sums(lane, kx, ky, ci, co) = sum over x, y, block of output_gradient(lane, x, y, co, block) * input(lane,
// x*stride + kx*dilation - padding, ..., ci, block): the weight gradient before lanes are added up.
// Goodfellow et al. 2016, equation 9.11. Reduction variables: x, y, block.
Stage conv2d_weight_gradient_lane_sums(const Halide::Func& input, const Halide::Func& output_gradient,
                                       const Halide::Expr& blocks, const Convolution& size);

// weight_gradient(kx, ky, ci, co) = previous(kx, ky, ci, co) + total(kx, ky, ci, co), the sum over lanes of
// lane_sums(lane, kx, ky, ci, co). Reduction variable: lane_r.
struct LaneTotal {
  Stage total, weight_gradient;
};
LaneTotal add_lanes(const Halide::Func& lane_sums, const Halide::Func& previous, int lanes);

// The same gradient in two steps, for many processors: block_sums(kx, ky, ci, co, b) = what one block adds to it, from
// lane_sums(lane, kx, ky, ci, co, b) = sum over x, y of output_gradient * input as above, for one image; then
// weight_gradient = previous + their sum over blocks ("total"). Reduction variables: x, y; lane_r; block.
struct GradientByBlock {
  Stage lane_sums, block_sums, total, weight_gradient;
};
GradientByBlock conv2d_weight_gradient_by_block(const Halide::Func& input, const Halide::Func& output_gradient,
                                                const Halide::Func& previous, int lanes, const Halide::Expr& blocks,
                                                const Convolution& size);

// bias_gradient(co) = previous(co) + the sum of output_gradient(lane, x, y, co, block) over all else, first per lane
// (lane_sums, reduction variables x, y, block), then over lanes (total, lane_r). `shape` has lanes, and width and
// height of output_gradient.
struct BiasGradient {
  Stage lane_sums, total, bias_gradient;
};
BiasGradient conv2d_bias_gradient(const Halide::Func& output_gradient, const Halide::Func& previous, const Shape& shape,
                                  const Halide::Expr& blocks);

}  // namespace nestwright::ops
