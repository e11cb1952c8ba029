#pragma once

#include <Halide.h>

#include <string>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// The parameters of a complete shape of conv2d, and the extents of the output that follow from them. Widths, heights,
// stride, padding and dilation are in pixels.
struct Convolution {
  int width, height;  // of the input
  int in_channels, out_channels;
  int kernel_width, kernel_height;
  int stride, padding, dilation;
  int output_width, output_height;

  static Convolution from(const Shape& shape);
};

// Whether 0 <= column < width and 0 <= row < height. The row is tested by one comparison of unsigned numbers: Halide's
// simplifier turns x >= 0 && y >= 0 into min(x, y) >= 0, which Halide 21's loop partitioning can take for true too
// early (tests/ops/operator_case.cpp has a shape where it did). The column is tested by two, so that loops over x can
// be partitioned.
Halide::Expr is_pixel(const Halide::Expr& column, int width, const Halide::Expr& row, int height);

// Whether place == row, by a formula that Halide's bounds inference does not see through. If it did, it would compute
// that row alone, and the part of it that a thread of a GPU computes would have no constant size.
Halide::Expr is_row(const Halide::Expr& place, int row);

// `input` (lane, x, y, channel, b) of `width` x `height` pixels, continued by zeros on all sides. With `padding` 0
// nobody reads outside, and the result is `input` itself.
Halide::Func with_zeros_around(const Halide::Func& input, int width, int height, int padding);

// conv(lane, x, y, co, b) = bias(co) + sum over kx, ky, ci of
//     weight(kx, ky, ci, co) * input(lane, x*stride + kx*dilation - padding, y*stride + ky*dilation - padding, ci, b)
// where input is zero outside its extents. Goodfellow, Bengio and Courville 2016, section 9.5, equation 9.7 (with a
// stride). Reduction variables: kx, ky, ci. `number` is appended to their names and to the stage's, "conv", so that an
// algorithm can have several convolutions.
Stage conv2d(const Halide::Func& input, const Halide::Func& weight, const Halide::Func& bias, const Convolution& size,
             const std::string& number = "");

// input_sum(lane, x, y, ci, b) = sum over kx, ky, co of weight(kx, ky, ci, co) * output_gradient(lane, u, v, co, b),
// where u*stride + kx*dilation - padding = x and v likewise for y: the outputs that read input (x, y).
// Goodfellow et al. 2016, equation 9.13. Reduction variables: kx, ky, co.
Stage conv2d_input_gradient(const Halide::Func& output_gradient, const Halide::Func& weight, const Convolution& size);

// The same sum without a condition on its taps, so that loops over x can become vectors: it reads `spread`, which is
// output_gradient with its pixels `stride` apart and zeros everywhere else.
// input_sum(lane, x, y, ci, b) = sum over kx, ky, co of
//     weight(kx, ky, ci, co) * spread(lane, x + padding - kx*dilation, y + padding - ky*dilation, co, b)
// Reduction variables: kx, ky, co.
struct SpreadGradient {
  Stage spread, input_sum;
};
SpreadGradient conv2d_input_gradient_spread(const Halide::Func& output_gradient, const Halide::Func& weight,
                                            const Convolution& size);

// lane_sums(lane, kx, ky, ci, co) = sum over x, y, block of output_gradient(lane, x, y, co, block) * input(lane,
// x*stride + kx*dilation - padding, y*stride + ky*dilation - padding, ci, block): the weight gradient of each lane,
// which add_lanes() adds up. `blocks` is the number of blocks. Goodfellow et al. 2016, equation 9.11. Reduction
// variables: x, y, block.
Stage conv2d_weight_gradient_lane_sums(const Halide::Func& input, const Halide::Func& output_gradient,
                                       const Halide::Expr& blocks, const Convolution& size);

// total(kx, ky, ci, co) = sum over the `lanes` lanes of lane_sums(lane, kx, ky, ci, co), and weight_gradient(kx, ky,
// ci, co) = previous(kx, ky, ci, co) + total(kx, ky, ci, co). Reduction variable: lane_r.
struct LaneTotal {
  Stage total, weight_gradient;
};
LaneTotal add_lanes(const Halide::Func& lane_sums, const Halide::Func& previous, int lanes);

// The same gradient in two steps, of which the first has a sum for each block, so that many processors can work at
// once:
// lane_sums(lane, kx, ky, ci, co, b) = sum over x, y of output_gradient * input as above, of one image;
// block_sums(kx, ky, ci, co, b) = sum over lanes of lane_sums, what block b adds to the gradient;
// total(kx, ky, ci, co) = sum over blocks of block_sums, and weight_gradient = previous + total.
// Reduction variables: x, y of lane_sums; lane_r of block_sums; block of total.
struct GradientByBlock {
  Stage lane_sums, block_sums, total, weight_gradient;
};
GradientByBlock conv2d_weight_gradient_by_block(const Halide::Func& input, const Halide::Func& output_gradient,
                                                const Halide::Func& previous, int lanes, const Halide::Expr& blocks,
                                                const Convolution& size);

// lane_sums(lane, co) = sum over x, y, block of output_gradient(lane, x, y, co, block); total(co) = sum over lanes of
// lane_sums(lane, co); bias_gradient(co) = previous(co) + total(co). Reduction variables: x, y, block of lane_sums;
// lane_r of total. `shape` has lanes, and output_gradient's width and height; `blocks` is the number of its blocks.
struct BiasGradient {
  Stage lane_sums, total, bias_gradient;
};
BiasGradient conv2d_bias_gradient(const Halide::Func& output_gradient, const Halide::Func& previous, const Shape& shape,
                                  const Halide::Expr& blocks);

}  // namespace nestwright::ops
