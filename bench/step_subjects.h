#pragma once

#include <memory>
#include <vector>

#include "bench/measurement.h"
#include "generators/kernel_interface/kernel.h"
#include "model/data/dataset.h"

namespace nestwright::bench {

// Whole training steps and inferences of lenet5, at random images: blocks, threads, updates and all.
class StepBench {
 public:
  // The provider must outlive it.
  explicit StepBench(const KernelProvider& provider);

  // A training step with Adadelta, and an inference from pixels to logits, at each batch size.
  std::vector<Subject> subjects(const std::vector<std::int64_t>& batches, int threads) const;

 private:
  const KernelProvider* provider_;
  std::shared_ptr<const Dataset> dataset_;
};

// Floating-point operations of a training step, an image: the network's multiply-adds count once forward and once for
// each gradient that is computed, as if each were a full sum, whatever a kernel manages to leave out.
double training_flops_of_an_image();
double inference_flops_of_an_image();

}  // namespace nestwright::bench
