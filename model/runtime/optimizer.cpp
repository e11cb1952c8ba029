#include "model/runtime/optimizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "generators/kernel_interface/kernel_error.h"
#include "model/checkpoint/checkpoint.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "support/message.h"
#include "support/nearest_name.h"

namespace nestwright {
namespace {

// Slices begin at multiples of this many values, so that what a kernel vectorises over ends in the same places whatever
// the number of slices, and every value is computed by the same instructions. 256 is a choice: a multiple of every
// vector's width.
constexpr std::int64_t slice_alignment = 256;

}  // namespace

std::vector<std::string> optimizer_names() { return {"sgd", "momentum", "adadelta", "adam", "adamw"}; }

OptimizerOptions optimizer_defaults(std::string_view name) {
  const std::vector<std::string> names = optimizer_names();
  if (std::ranges::find(names, name) == names.end()) {
    const std::string nearest = nearest_name(name, names);
    throw Error("optimizer", fmt::format("no optimizer '{}'; {}", excerpt(name),
                                         nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                                         : fmt::format("did you mean '{}'?", nearest)));
  }
  OptimizerOptions options = {.name = std::string(name)};
  if (name == "adam" || name == "adamw") options.epsilon = 1e-8;
  if (name == "adamw") options.weight_decay = 1e-2;
  return options;
}

Shape optimizer_shape(const OptimizerOptions& options) {
  optimizer_defaults(options.name);  // an operator that is no optimiser has a signature too
  const Shape shape = options.name == "momentum" ? Shape{{"nesterov", options.nesterov ? 1 : 0}} : Shape{};
  return complete_shape(find_signature(options.name), shape);
}

std::vector<TensorSpec> optimizer_arguments(const OptimizerOptions& options) {
  const Signature& signature = find_signature(options.name);
  const Shape shape = optimizer_shape(options);
  std::vector<TensorSpec> specs = signature.inputs(shape);
  const std::vector<TensorSpec> outputs = signature.outputs(shape);
  specs.insert(specs.end(), outputs.begin(), outputs.end());
  return specs;
}

double optimizer_number(const std::string& name, const OptimizerOptions& o, double learning_rate, std::int64_t step) {
  const auto correction = [&](double beta) { return 1.0 - std::pow(beta, static_cast<double>(step)); };
  if (name == "learning_rate") return learning_rate;
  if (name == "weight_decay") return o.weight_decay;
  if (name == "momentum") return o.momentum;
  if (name == "rho") return o.rho;
  if (name == "epsilon") return o.epsilon;
  if (name == "beta1") return o.beta1;
  if (name == "beta2") return o.beta2;
  if (name == "first_correction") return correction(o.beta1);
  if (name == "second_correction") return correction(o.beta2);
  throw Error(o.name, fmt::format("no value for the number '{}'", name));
}

Optimizer::Optimizer(OptimizerOptions options, Parameters& parameters, float* gradients, int slices,
                     const KernelProvider& provider)
    : options_(std::move(options)),
      parameters_(&parameters),
      slices_(slices),
      kernel_(&provider.find(options_.name, optimizer_shape(options_), "cpu")) {
  for (const TensorSpec& spec : find_signature(options_.name).inputs(optimizer_shape(options_))) {
    if (spec.is_scalar() || spec.is_of_step()) {
      numbers_.push_back({.name = spec.name});
    } else if (spec.name != "parameter" && spec.name != "gradient") {
      states_.push_back({.name = spec.name, .values = AlignedFloats(parameters.values.values().size())});
    }
  }
  arguments_.reserve(static_cast<std::size_t>(slices));
  for (int index = 0; index < slices; ++index) add_slice(index, gradients);
}

std::pair<std::int64_t, std::int64_t> Optimizer::slice(int index) const {
  const std::int64_t size = parameters_->layout.size;
  const std::int64_t chunks = (size + slice_alignment - 1) / slice_alignment;
  const auto bound = [&](int i) { return std::min(chunks * i / slices_ * slice_alignment, size); };
  return {bound(index), bound(index + 1)};
}

void* Optimizer::memory_of(const TensorSpec& spec, std::int64_t first, float* gradients) {
  const std::string& name = spec.in_place_of.empty() ? spec.name : spec.in_place_of;
  if (name == "parameter") return parameters_->values.values().data() + first;
  if (name == "gradient") return gradients + first;
  const auto number = std::ranges::find(numbers_, name, &Number::name);
  if (number != numbers_.end()) return &number->value;
  return std::ranges::find(states_, name, &State::name)->values.values().data() + first;
}

void Optimizer::add_slice(int index, float* gradients) {
  const auto [first, end] = slice(index);
  const std::vector<TensorSpec> specs = optimizer_arguments(options_);
  std::vector<void*> memory;
  for (const TensorSpec& spec : specs) memory.push_back(memory_of(spec, first, gradients));
  const std::vector<KernelArguments::DynamicExtent> extents = {{"i", static_cast<std::int32_t>(end - first)},
                                                               {"group", 1}};
  arguments_.emplace_back(specs, memory, extents);
  const auto gradient = std::ranges::find(specs, "gradient", &TensorSpec::name);
  gradient_argument_ = static_cast<std::size_t>(gradient - specs.begin());
  arguments_.back().set_stride(gradient_argument_, 1, static_cast<std::int32_t>(parameters_->layout.size));
}

void Optimizer::begin_step(double learning_rate, std::int64_t step, int groups) {
  for (Number& number : numbers_) {
    number.value = static_cast<float>(optimizer_number(number.name, options_, learning_rate, step));
  }
  for (KernelArguments& arguments : arguments_) arguments.set_extent(gradient_argument_, 1, groups);
}

int Optimizer::update(int index) noexcept {
  const auto [first, end] = slice(index);
  if (first == end) return 0;
  try {
    return kernel_->call(arguments_[static_cast<std::size_t>(index)].pointers());
  } catch (const std::exception& exception) {
    record_kernel_error(exception.what());
    return -1;
  }
}

std::vector<NamedTensor> Optimizer::state() const {
  std::vector<NamedTensor> tensors;
  for (const State& each : states_) {
    for (NamedTensor& tensor : named_tensors(parameters_->layout, each.values.values(), each.name + ".")) {
      tensors.push_back(std::move(tensor));
    }
  }
  return tensors;
}

void Optimizer::set_state(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors) {
  const std::vector<NamedTensor> matched = match_tensors(path, state(), tensors);
  const std::size_t slots = parameters_->layout.slots.size();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const auto first = matched.begin() + static_cast<std::ptrdiff_t>(i * slots);
    assign_tensors(parameters_->layout, states_[i].values.values(), path,
                   {first, first + static_cast<std::ptrdiff_t>(slots)}, states_[i].name + ".");
  }
}

std::size_t Optimizer::state_bytes() const {
  return states_.size() * parameters_->values.values().size() * sizeof(float);
}

}  // namespace nestwright
