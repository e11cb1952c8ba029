#pragma once

#include <cstdint>

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// The largest value of each window of `input` (lane, x, y, channel, block), and its place in the window, wy * window +
// wx. The first of equal values counts, row by row. `window` and `stride` are in pixels.
struct Pooled {
  Tensor output, argmax;
};
Pooled max_pool2d(const Tensor& input, std::int64_t window, std::int64_t stride);

// The gradient of a max-pooling's input of `width` x `height` pixels: each value of output_gradient is added to the
// pixel that argmax says. A place beyond the window, by which fused operators say that relu cut the maximum, adds
// nothing.
Tensor max_pool2d_gradient(const Tensor& output_gradient, const Tensor& argmax, std::int64_t width, std::int64_t height,
                           std::int64_t window, std::int64_t stride);

}  // namespace nestwright::reference
