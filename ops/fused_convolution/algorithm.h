#pragma once

#include <Halide.h>

#include <string>

#include "ops/convolution/algorithm.h"
#include "ops/pooling/algorithm.h"

namespace nestwright::ops {

// max_pool2d(relu(conv2d)), or without relu: pooled(lane, x, y, co, b) = (maximum, argmax) of windows of `window` x
// `window` pixels of conv; argmax is the winner's place in its window, or window^2 where relu cut it. The stages' names
// and those of the reduction variables, those of both, have `number` behind them.
struct PooledConvolution {
  Stage conv, pool, pooled;
};

PooledConvolution pooled_convolution(const Halide::Func& input, const Halide::Func& weight, const Halide::Func& bias,
                                     const Convolution& size, int window, bool with_relu,
                                     const std::string& number = "");

}  // namespace nestwright::ops
