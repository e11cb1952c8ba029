#pragma once

#include <Halide.h>

#include <cstdint>

#include "ops/algorithm/algorithm.h"

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

// 0 <= x < width and 0 <= y < height. That of y is one comparison of unsigned numbers: of x >= 0 && y >= 0 Halide's
// simplifier makes min(x, y) >= 0, which Halide 21's loop partitioning can take for true too early
// (tests/ops/operator_case.cpp has a shape where it did). That of x stays as it is, for loops over x to be partitioned.
Halide::Expr is_within(const Halide::Expr& x, int width, const Halide::Expr& y, int height);

// o == row, by a formula that Halide's bounds don't see through: they would narrow what is computed to that row, and
// leave a thread's part of it, on a GPU, no constant size.
Halide::Expr is_row(const Halide::Expr& o, int row);

// `input` (lane, x, y, channel, b) of `width` x `height`, continued by zeros; itself where no padding makes anyone read
// outside.
Halide::Func with_zeros_around(const Halide::Func& input, int width, int height, int padding);

// A Func and the reduction variables of its update that schedules may name.
struct Reduction {
  Halide::Func func;
  std::map<std::string, Halide::RVar> variables;
};

// conv(lane, x, y, co, b) = bias(co) + sum over kx, ky, ci of
//     weight(kx, ky, ci, co) * input(lane, x*stride + kx*dilation - padding, y*stride + ky*dilation - padding, ci, b)
// where input is zero outside its extents. Goodfellow, Bengio and Courville 2016, section 9.5, equation 9.7 (with a
// stride). Reduction variables: kx, ky, ci; with a number behind them where an algorithm has several convolutions.
Reduction conv2d(const Halide::Func& input, const Halide::Func& weight, const Halide::Func& bias,
                 const Convolution& convolution, const std::string& number = "");

// input_gradient(lane, x, y, ci, b) = sum over kx, ky, co of weight(kx, ky, ci, co) * output_gradient(lane, u, v, co,
// b), where u*stride + kx*dilation - padding = x and v likewise for y: the outputs that read input (x, y).
// Goodfellow et al. 2016, equation 9.13. Reduction variables: kx, ky, co.
Reduction conv2d_input_gradient(const Halide::Func& output_gradient, const Halide::Func& weight,
                                const Convolution& convolution);

// The same sum with no condition on its taps, for vectors along x: `spread` is output_gradient, `stride` apart, in
// zeros. input_sum(lane, x, y, ci, b) = sum over kx, ky, co of weight(kx, ky, ci, co) *
//     spread(lane, x + padding - kx*dilation, y + padding - ky*dilation, co, b).
// Reduction variables: kx, ky, co.
struct SpreadGradient {
  Halide::Func spread;
  Reduction input_sum;
};
SpreadGradient conv2d_input_gradient_spread(const Halide::Func& output_gradient, const Halide::Func& weight,
                                            const Convolution& convolution);

// lane_sums(lane, kx, ky, ci, co) = sum over x, y, block of output_gradient(lane, x, y, co, block) * input(lane,
// x*stride + kx*dilation - padding, ..., ci, block): the weight gradient before lanes are added up.
// Goodfellow et al. 2016, equation 9.11. Reduction variables: x, y, block.
Reduction conv2d_weight_gradient_lane_sums(const Halide::Func& input, const Halide::Func& output_gradient,
                                           const Halide::Expr& blocks, const Convolution& convolution);

// weight_gradient(kx, ky, ci, co) = previous(kx, ky, ci, co) + sum over lanes of lane_sums(lane, kx, ky, ci, co).
// Reduction variables: none; the sum over lanes is the Func "total", reduction variable lane_r.
struct LaneTotal {
  Reduction total;
  Halide::Func weight_gradient;
};
LaneTotal add_lanes(const Halide::Func& lane_sums, const Halide::Func& previous, int lanes);

// The same gradient in two steps, for many processors: block_sums(kx, ky, ci, co, b) = what one block adds to it, from
// lane_sums(lane, kx, ky, ci, co, b) = sum over x, y of output_gradient * input as above, for one image; then
// weight_gradient = previous + their sum over blocks ("total"). Reduction variables: x, y; lane_r; block.
Algorithm weight_gradient_by_block(const Halide::Func& input, const Halide::Func& output_gradient,
                                   const Halide::Func& previous, int lanes, const Halide::Expr& blocks,
                                   const Convolution& convolution);

// bias_gradient(co) = previous(co) + the sum of output_gradient(lane, x, y, co, block) over all else, first per lane
// (the Func "lane_sums", reduction variables x, y, block), then over lanes ("total", lane_r).
Algorithm bias_gradient(const Halide::Func& output_gradient, const Halide::Func& previous, int lanes, int width,
                        int height, const Halide::Expr& blocks);

}  // namespace nestwright::ops
