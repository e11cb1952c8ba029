#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "bench/cudnn/device_floats.h"
#include "model/runtime/kernel_arguments.h"
#include "model/runtime/optimizer.h"

namespace nestwright::cudnn {

// Nestwright's own generated update of parameters and gradients that lie elsewhere: rivals that differ in all else are
// compared with the same optimiser.
class GeneratedUpdate {
 public:
  // Of `count` values each. The provider's kernels, which go to `stream`, and both vectors must outlive it. Throws
  // Error.
  GeneratedUpdate(const OptimizerOptions& options, cuda::Address parameters, cuda::Address gradients,
                  std::int64_t count, const KernelProvider& provider, cuda::Stream stream);
  GeneratedUpdate(const GeneratedUpdate&) = delete;
  GeneratedUpdate& operator=(const GeneratedUpdate&) = delete;

  // Gives the stream a step, the first being 1. Its numbers become part of what is recorded. Throws Error.
  void issue(double learning_rate, std::int64_t step);

 private:
  struct Scalar {
    std::string name;
    float value = 0.0F;
  };

  OptimizerOptions options_;
  const Kernel* kernel_;
  std::deque<DeviceFloats> states_;
  std::deque<Scalar> scalars_;  // arguments point to them
  std::optional<KernelArguments> arguments_;
};

}  // namespace nestwright::cudnn
