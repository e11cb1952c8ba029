#pragma once

#include <Halide.h>

#include <string>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// Poolings of activations (lane, x, y, c, b) over windows of `window` x `window` pixels, which begin `stride` pixels
// apart. The channel variable of max_pool2d's and avg_pool2d_sum's result is that of their argument, c or co.

// The largest window of a max-pooling, in pixels along x or y: argmax must fit into a byte, and so must window^2, by
// which fused operators say that relu cut the maximum.
inline constexpr int largest_window = 15;

// pool(lane, x, y, c, b) = (maximum, argmax) of input(lane, x*stride + wx, y*stride + wy, c, b) over wx, wy; argmax is
// the uint8 wy*window + wx of the first of the largest, row by row, as in PyTorch. Reduction variables: wx, wy.
// `number` is appended to their names and to the stage's, "pool", so that an algorithm can have several poolings.
// Goodfellow, Bengio and Courville 2016, section 9.3. Throws Error for a window above largest_window.
Stage max_pool2d(const Halide::Func& input, int window, int stride, const std::string& number = "");

// Extents in pixels of what is pooled, and of the result; see the signature of max_pool2d.
struct Pooling {
  int width, height;  // of what is pooled
  int window, stride;
  int output_width, output_height;

  static Pooling from(const Shape& shape);
};

// input_sum(lane, x, y, c, b) = sum of output_gradient(lane, u, v, c, b) over the windows (u, v) that hold (x, y) and
// whose argmax says that (x, y) was their maximum. Reduction variables: wx, wy, which count such windows along x and y,
// from the last one backwards.
Stage max_pool2d_gradient(const Halide::Func& output_gradient, const Halide::Func& argmax, const Pooling& pooling);

// sum(lane, x, y, c, b) = sum of input over a window; the mean is sum / window^2. Reduction variables: wx, wy.
Stage avg_pool2d_sum(const Halide::Func& input, int window, int stride);

// input_sum(lane, x, y, c, b) = sum of output_gradient(lane, u, v, c, b) over the windows (u, v) that hold (x, y); the
// gradient is input_sum / window^2. Reduction variables: wx, wy, which count such windows along x and y, from the last
// one backwards.
Stage avg_pool2d_gradient_sum(const Halide::Func& output_gradient, const Pooling& pooling);

}  // namespace nestwright::ops
