#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "generators/kernel_interface/kernel_arguments.h"
#include "model/runtime/parameters.h"
#include "support/aligned_memory.h"

namespace nestwright {

// An optimiser and its hyperparameters, without the learning rate, which is given with each step. An optimiser ignores
// the hyperparameters that it has no use for.
struct OptimizerOptions {
  std::string name = "adadelta";  // one of optimizer_names()
  double weight_decay = 0.0;
  double momentum = 0.9;
  bool nesterov = false;
  double rho = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-6;
};

// sgd, momentum, adadelta, adam, adamw.
std::vector<std::string> optimizer_names();

// PyTorch's defaults (torch.optim; a momentum of 0.9, for which it has none). Throws Error for an unknown name, with
// the nearest that exists.
OptimizerOptions optimizer_defaults(std::string_view name);

// The shape by which a KernelProvider finds the optimiser's kernel.
Shape optimizer_shape(const OptimizerOptions& options);

// The arguments of the optimiser's kernel: its inputs, then its outputs.
std::vector<TensorSpec> optimizer_arguments(const OptimizerOptions& options);

// The value that the optimiser's kernel gets in step `step`, the first being 1, for its scalar `name`, or for its
// number `name` that changes with the steps (TensorSpec::is_of_step()).
double optimizer_number(const std::string& name, const OptimizerOptions& options, double learning_rate,
                        std::int64_t step);

// Updates a flat parameter vector, in slices that threads take at the same time.
class Optimizer {
 public:
  // `parameters` and the provider's kernels must outlive it. `gradients` holds `group_limit` vectors of
  // parameters.layout.size values, one after another; an update adds up the first ones.
  Optimizer(OptimizerOptions options, Parameters& parameters, float* gradients, int slices,
            const KernelProvider& provider);

  // Sets the numbers of a step, the first being 1, and how many groups of gradients to add up.
  void begin_step(double learning_rate, std::int64_t step, int groups);

  // Updates slice `slice`; different threads may update different slices at once. Returns 0 or a Halide error code.
  int update(int slice) noexcept;

  // The slice's first value, and the one past its last.
  std::pair<std::int64_t, std::int64_t> slice(int index) const;

  // Copies of the optimiser's state, a tensor for each parameter: "square_average.conv1.weight", .... set_state()
  // replaces it, and throws Error (where: `path`) unless `tensors` have the names and shapes of state(), in any order.
  std::vector<NamedTensor> state() const;
  void set_state(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

  const Kernel& kernel() const { return *kernel_; }
  std::size_t state_bytes() const;

 private:
  struct State {
    std::string name;
    AlignedFloats values;
  };
  struct Number {
    std::string name;
    float value = 0.0F;
  };

  void add_slice(int index, float* gradients);
  void* memory_of(const TensorSpec& spec, std::int64_t first, float* gradients);

  OptimizerOptions options_;
  Parameters* parameters_;
  int slices_;
  const Kernel* kernel_;
  std::vector<State> states_;
  std::deque<Number> numbers_;              // arguments point to them
  std::vector<KernelArguments> arguments_;  // [slice]
  std::size_t gradient_argument_ = 0;       // index of "gradient" among them
};

}  // namespace nestwright
