#pragma once

#include <Halide.h>

#include <vector>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// The label of a lane that holds no image.
inline constexpr int absent_label = 255;

// largest(lane, b) = the largest of input(lane, k, b) over the classes k, which keeps the exponentials finite.
// Reduction variable: k.
Stage largest_of_classes(const Halide::Func& input, int classes);

// exp_sum(lane, b) = sum over the classes k of exponential(lane, k, b). Reduction variable: k_sum.
Stage sum_of_classes(const Halide::Func& exponential, int classes);

// The loss of each image (lane, b) and the gradient of its logits (lane, c, b), and the stages that both are made from:
// largest, exponential, exp_sum, normalizer. Reduction variables: k, k_sum.
struct CrossEntropy {
  Stage loss, logits_gradient;
  std::vector<Stage> stages;
};

// The stages of softmax_cross_entropy of logits (lane, c, b) with labels (lane, b), whose gradient is multiplied by
// `scale`. A lane with absent_label has loss and gradient 0. Throws Error for more than 255 classes: with more, a byte
// could not tell the last from absent_label.
CrossEntropy softmax_cross_entropy(const Halide::Func& logits, const Halide::Func& labels, const Halide::Expr& scale,
                                   const Shape& shape);

}  // namespace nestwright::ops
