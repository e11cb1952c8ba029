#pragma once

#include <memory>
#include <vector>

#include "bench/measurement.h"
#include "generators/kernel_interface/kernel.h"
#include "model/data/dataset.h"

namespace nestwright::bench {

// Whole training steps and inferences of lenet5 on the processor, on random images.
class StepBench {
 public:
  // The provider must outlive it.
  explicit StepBench(const KernelProvider& provider);

  // Subjects at each batch size, on `threads` threads: a training step with Adadelta, and an inference from pixels to
  // logits.
  std::vector<Subject> subjects(const std::vector<std::int64_t>& batches, int threads) const;

 private:
  const KernelProvider* provider_;
  std::shared_ptr<const Dataset> dataset_;
};

// The floating-point operations of lenet5 for one image, in a training step and in an inference. Convolutions and
// linear layers count: their multiply-adds once forward, and in a training step once more for each gradient that is
// computed. A gradient counts as the full sum, even where a kernel manages to leave out a part of it.
double training_flops_of_an_image();
double inference_flops_of_an_image();

}  // namespace nestwright::bench
