#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/device/device_memory.h"
#include "model/runtime/kernel.h"
#include "model/runtime/kernel_arguments.h"
#include "model/runtime/optimizer.h"

namespace nestwright {

// Updates a flat parameter vector on a device, all of it at once.
class DeviceOptimizer {
 public:
  // `parameters` and `gradients` are vectors of the layout; they and the provider's kernels must outlive it.
  DeviceOptimizer(OptimizerOptions options, const ParameterLayout& layout, const DeviceMemory& parameters,
                  const DeviceMemory& gradients, const KernelProvider& provider, const std::string& target);

  // One step, the first being 1. Throws Error.
  void update(double learning_rate, std::int64_t step);

  // "square_average.conv1.weight", ...
  std::vector<NamedTensor> state() const;
  void set_state(const std::filesystem::path& path, const std::vector<NamedTensor>& state);

  const OptimizerOptions& options() const { return options_; }
  std::size_t state_bytes() const;

 private:
  struct State {
    std::string name;
    std::unique_ptr<DeviceMemory> memory;
  };
  struct Scalar {
    std::string name;
    float value = 0.0F;
  };

  const DeviceMemory& memory_of(const std::string& name, const DeviceMemory& parameters,
                                const DeviceMemory& gradients) const;

  OptimizerOptions options_;
  ParameterLayout layout_;
  const Kernel* kernel_;
  std::vector<State> states_;
  std::deque<Scalar> scalars_;              // arguments point to them
  std::deque<DevicePart> parts_;            // arguments hold their handles
  std::vector<KernelArguments> arguments_;  // one
};

}  // namespace nestwright
