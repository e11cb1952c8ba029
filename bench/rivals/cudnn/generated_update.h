#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "bench/rivals/cudnn/device_floats.h"
#include "generators/kernel_interface/kernel_arguments.h"
#include "model/device/kernel_launch.h"
#include "model/runtime/optimizer.h"

namespace nestwright::cudnn {

// Nestwright's own generated update, applied to a rival's parameters and gradients, so that the rival is timed with the
// same optimiser.
class GeneratedUpdate {
 public:
  // `parameters`, `gradients`: the addresses of `count` float32 values each. The update is always that of a training's
  // first step, at this learning rate. The provider, whose kernels run on `stream`, and both vectors must outlive it.
  // Throws Error.
  GeneratedUpdate(const OptimizerOptions& options, double learning_rate, cuda::Address parameters,
                  cuda::Address gradients, std::int64_t count, const KernelProvider& provider, cuda::Stream stream);
  GeneratedUpdate(const GeneratedUpdate&) = delete;
  GeneratedUpdate& operator=(const GeneratedUpdate&) = delete;

  // Gives the stream the update to do. Throws Error.
  void issue() { launch(*kernel_, *arguments_); }

 private:
  const Kernel* kernel_;
  std::deque<DeviceFloats> memory_;  // the optimiser's state, and the step's numbers that kernels read from memory
  std::deque<float> scalars_;        // numbers that kernels are given by value; arguments_ points to them
  std::optional<KernelArguments> arguments_;
};

}  // namespace nestwright::cudnn
