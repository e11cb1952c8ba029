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
  // `parameters` is a vector of the layout; it and the provider's kernels must outlive the optimiser.
  DeviceOptimizer(OptimizerOptions options, const ParameterLayout& layout, const DeviceMemory& parameters,
                  const KernelProvider& provider, const std::string& target);

  // An update by the sum of several vectors of gradients.
  class Update {
   public:
    // `gradients` holds `groups` vectors of the layout, one after another. The tensors of `sent` from number `first` on
    // are those that sent_bytes() describes. Both and the optimiser must outlive the update.
    Update(DeviceOptimizer& optimizer, const DeviceMemory& gradients, std::int64_t groups, const SentMemory& sent,
           std::size_t first);

    // Writes the numbers of the step `step`, the first being 1, to where they are sent from.
    void set_step(double learning_rate, std::int64_t step);
    // Gives the device the update to do, with the numbers that were sent last. Throws Error as launch() does.
    void issue();

   private:
    DeviceOptimizer* optimizer_;
    const SentMemory* sent_;
    std::size_t first_;
    std::deque<DevicePart> parts_;  // the arguments hold their handles
    KernelArguments arguments_;
  };

  // The bytes of each number that changes with the steps. An update reads these numbers from the device's memory, so
  // that a recorded update finds the new ones there.
  std::vector<std::size_t> sent_bytes() const;

  // Copies of the optimiser's state, a tensor for each parameter: "square_average.conv1.weight", .... set_state()
  // replaces it, and throws Error (where: `path`) unless `tensors` have the names and shapes of state(), in any order.
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

  // The memory of "parameter", of "gradient", which is `gradients`, or of the state called `name`.
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
