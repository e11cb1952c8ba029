#pragma once

#include <cstdint>
#include <span>

namespace nestwright {

// How a network does on the test images.
struct TestResult {
  double loss = 0.0;      // mean over the images
  double accuracy = 0.0;  // 0 to 1
};

// What the training loop asks of a network with its loss, its optimiser and its data.
class Learner {
 public:
  virtual ~Learner() = default;

  // One step of the optimiser on the training images `indices`, of any number. Returns the sum of their losses, at
  // the weights before the step.
  virtual double step(std::span<const std::int32_t> indices, double learning_rate) = 0;

  // Called before a step with the training images that the step after it will take, so that a learner that has to copy
  // them to a device can copy them while this step computes.
  virtual void announce(std::span<const std::int32_t>) {}

  // The current weights on all test images.
  virtual TestResult test() = 0;
};

}  // namespace nestwright
