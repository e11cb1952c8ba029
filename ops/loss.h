#pragma once

#include <Halide.h>

#include "ops/convolution.h"

namespace nestwright::ops {

// The label of a lane that holds no image.
inline constexpr int absent_label = 255;

// largest(lane, b) = the largest of input(lane, k, b) over the classes k, which keeps the exponentials finite.
// Reduction variable: k.
Reduction largest_of_classes(const Halide::Func& input, int classes);

// exp_sum(lane, b) = sum over the classes k of exponential(lane, k, b). Reduction variable: k_sum.
Reduction sum_of_classes(const Halide::Func& exponential, int classes);

}  // namespace nestwright::ops
