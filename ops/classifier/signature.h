#pragma once

#include <cstdint>

#include "ops/signature/shape.h"

namespace nestwright {

// Where the values of an image lie among the features of classifier_step's output: the first feature of each part.
struct ClassifierValues {
  std::int64_t hidden1, hidden2;                    // the hidden layers' outputs, after their relu
  std::int64_t hidden1_gradient, hidden2_gradient;  // gradients of the hidden layers' sums, before their relu
  std::int64_t logits_gradient;
  std::int64_t input_gradient;
  std::int64_t loss;
  std::int64_t count;  // features that the output has, those between the parts included

  static ClassifierValues from(const Shape& shape);
};

}  // namespace nestwright
