#pragma once

#include <Halide.h>

#include <string>

#include "ops/convolution/algorithm.h"
#include "ops/pooling/algorithm.h"

namespace nestwright::ops {

// max_pool2d(relu(conv2d)), or max_pool2d(conv2d) without `with_relu`: pooled(lane, x, y, co, b) = (maximum, argmax) of
// windows of `window` x `window` pixels of conv, which do not overlap. argmax is the place of the maximum in its
// window, y * window + x, or window^2 where relu cut it to 0. `number` is appended to the names of all three stages and
// of their reduction variables (those of conv2d() and max_pool2d()). Throws Error for a window above largest_window.
struct PooledConvolution {
  Stage conv, pool, pooled;
};

PooledConvolution pooled_convolution(const Halide::Func& input, const Halide::Func& weight, const Halide::Func& bias,
                                     const Convolution& size, int window, bool with_relu,
                                     const std::string& number = "");

}  // namespace nestwright::ops
