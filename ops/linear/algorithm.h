#pragma once

#include <Halide.h>

#include <string>

#include "ops/algorithm/stage.h"

namespace nestwright::ops {

// sum(lane, o, b) = bias(o) + sum over i of weight(i, o) * input(lane, i, b), i below `in_features`. Goodfellow, Bengio
// and Courville 2016, section 6.1. The reduction variable over the input features is called `variable`.
Stage linear(const Halide::Func& input, const Halide::Func& weight, const Halide::Func& bias, int in_features,
             const std::string& variable = "k");

// input_sum(lane, i, b) = sum over o of weight(i, o) * output_gradient(lane, o, b), o below `out_features`: the product
// with the transposed weight (Goodfellow et al. 2016, section 6.5.6). The reduction variable over the output features
// is called `variable`.
Stage linear_input_gradient(const Halide::Func& output_gradient, const Halide::Func& weight, int out_features,
                            const std::string& variable = "k");

// image_sum(i, o) = sum over lanes and blocks of input(lane, i, b) * output_gradient(lane, o, b).
// Reduction variables: lane_r, block.
Stage linear_weight_gradient(const Halide::Func& input, const Halide::Func& output_gradient, int lanes,
                             const Halide::Expr& blocks);

}  // namespace nestwright::ops
