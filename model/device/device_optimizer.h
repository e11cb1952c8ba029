#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "generators/kernel_interface/kernel_arguments.h"
#include "model/device/device_memory.h"
#include "model/device/sent_memory.h"
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
    // `gradients`: `groups` vectors of the layout, one after another. `sent`: from its tensor `first` on, those of
    // sent_bytes(). They and the optimiser must outlive it.
    Update(DeviceOptimizer& optimizer, const DeviceMemory& gradients, std::int64_t groups, const SentMemory& sent,
           std::size_t first);

    // Fills in what is sent with a step, the first being 1.
    void set_step(double learning_rate, std::int64_t step);
    // Gives the device that step to do, which has been sent. Throws Error.
    void issue();

   private:
    DeviceOptimizer* optimizer_;
    const SentMemory* sent_;
    std::size_t first_;
    std::deque<DevicePart> parts_;  // the arguments hold their handles
    KernelArguments arguments_;
  };

  // Of each number that changes with the steps: an update takes them from the device's memory, so that a recorded one
  // finds the new ones there.
  std::vector<std::size_t> sent_bytes() const;

  // "square_average.conv1.weight", ...
  std::vector<NamedTensor> state() const;
  void set_state(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

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

  // By the name of a vector of the layout.
  const DeviceMemory& memory_of(const std::string& name, const DeviceMemory& gradients) const;
  KernelArguments arguments_for(std::int64_t groups);

  OptimizerOptions options_;
  ParameterLayout layout_;
  const DeviceMemory* parameters_;
  const Kernel* kernel_;
  std::vector<TensorSpec> specs_;  // of its arguments
  std::vector<State> states_;
  std::deque<Scalar> scalars_;             // the same for all steps; arguments point to them
  std::vector<std::string> step_numbers_;  // the names of the others, in the order in which they are sent
};

}  // namespace nestwright
