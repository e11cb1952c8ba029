#pragma once

#include <Halide.h>

#include "ops/convolution/algorithm.h"

namespace nestwright::ops {

// The label of a lane that holds no image.
inline constexpr int absent_label = 255;

// largest(lane, b) = the largest of input(lane, k, b) over the classes k, which keeps the exponentials finite.
// Reduction variable: k.
Reduction largest_of_classes(const Halide::Func& input, int classes);

// exp_sum(lane, b) = sum over the classes k of exponential(lane, k, b). Reduction variable: k_sum.
Reduction sum_of_classes(const Halide::Func& exponential, int classes);

// The loss of each image (lane, b) and the gradient of its logits (lane, c, b), and the Funcs of a softmax and the
// reduction variables that they are made from.
struct CrossEntropy {
  Halide::Func loss, logits_gradient;
  std::map<std::string, Halide::Func> stages;
  std::map<std::string, Halide::RVar> variables;
};

// softmax_cross_entropy of logits (lane, c, b) with labels (lane, b). Throws Error for more classes than a byte tells
// apart from absent_label. Stages: largest, exponential, exp_sum, normalizer; reduction variables: k, k_sum.
CrossEntropy softmax_cross_entropy(const Halide::Func& logits, const Halide::Func& labels, const Halide::Expr& scale,
                                   const Shape& shape);

}  // namespace nestwright::ops
