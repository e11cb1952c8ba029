#pragma once

#include <cstdint>

#include "ops/signature/shape.h"

namespace nestwright {

// Where the values of classifier_step lie in its output: the first feature of each.
struct ClassifierValues {
  std::int64_t hidden1, hidden2;                    // activations
  std::int64_t hidden1_gradient, hidden2_gradient;  // before their relu
  std::int64_t logits_gradient;
  std::int64_t input_gradient;
  std::int64_t loss;
  std::int64_t count;  // of all

  static ClassifierValues from(const Shape& shape);
};

}  // namespace nestwright
