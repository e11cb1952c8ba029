#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "bench/rivals/cudnn/device_floats.h"
#include "generators/kernel_interface/kernel_arguments.h"
#include "model/device/kernel_launch.h"
#include "model/runtime/optimizer.h"

namespace nestwright::cudnn {

// Nestwright's own generated update of parameters and gradients that lie elsewhere: rivals that differ in all else are
// compared with the same optimiser.
class GeneratedUpdate {
 public:
  // Of `count` values each; always a training's first step, at this learning rate. The provider's kernels, which go to
  // `stream`, and both vectors must outlive it. Throws Error.
  GeneratedUpdate(const OptimizerOptions& options, double learning_rate, cuda::Address parameters,
                  cuda::Address gradients, std::int64_t count, const KernelProvider& provider, cuda::Stream stream);
  GeneratedUpdate(const GeneratedUpdate&) = delete;
  GeneratedUpdate& operator=(const GeneratedUpdate&) = delete;

  // Gives the stream the step. Throws Error.
  void issue() { launch(*kernel_, *arguments_); }

 private:
  const Kernel* kernel_;
  std::deque<DeviceFloats> memory_;  // the optimiser's state, and the numbers of the step
  std::deque<float> scalars_;        // arguments point to them
  std::optional<KernelArguments> arguments_;
};

}  // namespace nestwright::cudnn
