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
  // `parameters` is a vector of the layout; it and the provider's kernels must outlive it.
  DeviceOptimizer(OptimizerOptions options, const ParameterLayout& layout, const DeviceMemory& parameters,
                  const KernelProvider& provider, const std::string& target);

  // An update by the sum of several vectors of gradients.
  class Update {
   public:
    // `gradients`: `groups` vectors of the layout, one after another; they and the optimiser must outlive it.
    Update(DeviceOptimizer& optimizer, const DeviceMemory& gradients, std::int64_t groups);

    // What its kernel is given by value in a step, the first being 1.
    std::vector<float> set_step(double learning_rate, std::int64_t step);
    // Gives the device that step to do. Throws Error.
    void issue();

   private:
    DeviceOptimizer* optimizer_;
    std::deque<DevicePart> parts_;  // the arguments hold their handles
    KernelArguments arguments_;
  };

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

  // By name; null for scalars.
  const DeviceMemory* memory_of(const std::string& name, const DeviceMemory& gradients) const;
  KernelArguments arguments_for(std::int64_t groups);

  OptimizerOptions options_;
  ParameterLayout layout_;
  const DeviceMemory* parameters_;
  const Kernel* kernel_;
  std::vector<TensorSpec> specs_;  // of its arguments
  std::vector<State> states_;
  std::deque<Scalar> scalars_;  // arguments point to them
};

}  // namespace nestwright
