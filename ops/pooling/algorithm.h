#pragma once

#include <Halide.h>

#include <string>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// Windows of `window` x `window` values, `stride` apart, of activations (lane, x, y, c, b). A result's channel variable
// is that of its argument.

// The largest window of a max-pooling: its argmax, and "relu cut it" (window^2), are bytes.
inline constexpr int largest_window = 15;

// pool(lane, x, y, c, b) = (maximum, argmax) of input(lane, x*stride + wx, y*stride + wy, c, b) over wx, wy; argmax is
// the uint8 wy*window + wx of the first of the largest, row by row, as in PyTorch. Reduction variables: wx, wy. Their
// names and the stage's have `number` behind them, where an algorithm has several. Goodfellow, Bengio and Courville
// 2016, section 9.3. Throws Error for a window above largest_window.
Stage max_pool2d(const Halide::Func& input, int window, int stride, const std::string& number = "");

// Extents of what was pooled, and of the result; see the signature of max_pool2d.
struct Pooling {
  int width, height;
  int window, stride;
  int output_width, output_height;

  static Pooling from(const Shape& shape);
};

// input_sum(lane, x, y, c, b) = sum of output_gradient(lane, u, v, c, b) over the windows (u, v) that hold (x, y) and
// whose argmax says that it won. Reduction variables: wx, wy, from the last such window backwards.
Stage max_pool2d_gradient(const Halide::Func& output_gradient, const Halide::Func& argmax, const Pooling& pooling);

// sum(lane, x, y, c, b) = sum of input over a window; the mean is sum / window^2. Reduction variables: wx, wy.
Stage avg_pool2d_sum(const Halide::Func& input, int window, int stride);

// input_sum(lane, x, y, c, b) = sum of output_gradient(lane, u, v, c, b) over the windows (u, v) that hold (x, y); the
// gradient is input_sum / window^2. Reduction variables: wx, wy, from the last such window backwards.
Stage avg_pool2d_gradient_sum(const Halide::Func& output_gradient, const Pooling& pooling);

}  // namespace nestwright::ops
