#include "model/device/device_optimizer.h"

#include <algorithm>

#include "model/checkpoint/checkpoint.h"
#include "model/device/kernel_launch.h"
#include "ops/signature/signature.h"

namespace nestwright {

DeviceOptimizer::DeviceOptimizer(OptimizerOptions options, const ParameterLayout& layout,
                                 const DeviceMemory& parameters, const KernelProvider& provider,
                                 const std::string& target)
    : options_(std::move(options)),
      layout_(layout),
      parameters_(&parameters),
      kernel_(&provider.find(options_.name, optimizer_shape(options_), target)),
      specs_(optimizer_arguments(options_)) {
  const std::vector<float> zeros(static_cast<std::size_t>(layout.size));
  for (const TensorSpec& spec : find_signature(options_.name).inputs(optimizer_shape(options_))) {
    if (spec.is_scalar()) {
      const double value = optimizer_number(spec.name, options_, 0.0, 0);
      scalars_.push_back({.name = spec.name, .value = static_cast<float>(value)});
    } else if (spec.is_of_step()) {
      step_numbers_.push_back(spec.name);
    } else if (spec.name != "parameter" && spec.name != "gradient") {
      states_.push_back({spec.name, std::make_unique<DeviceMemory>(parameters.device(), layout.bytes())});
      DevicePart(*states_.back().memory, 0, layout.bytes()).upload(zeros.data());
    }
  }
}

const DeviceMemory& DeviceOptimizer::memory_of(const std::string& name, const DeviceMemory& gradients) const {
  if (name == "parameter") return *parameters_;
  if (name == "gradient") return gradients;
  return *std::ranges::find(states_, name, &State::name)->memory;
}

KernelArguments DeviceOptimizer::arguments_for(std::int64_t groups) {
  std::vector<void*> memory;
  for (const TensorSpec& spec : specs_) {
    const auto known = std::ranges::find(scalars_, spec.name, &Scalar::name);
    memory.push_back(known == scalars_.end() ? nullptr : &known->value);
  }
  const std::vector<KernelArguments::DynamicExtent> extents = {{"i", static_cast<std::int32_t>(layout_.size)},
                                                               {"group", static_cast<std::int32_t>(groups)}};
  return {specs_, memory, extents};
}

std::vector<std::size_t> DeviceOptimizer::sent_bytes() const {
  return std::vector<std::size_t>(step_numbers_.size(), sizeof(float));
}

DeviceOptimizer::Update::Update(DeviceOptimizer& optimizer, const DeviceMemory& gradients, std::int64_t groups,
                                const SentMemory& sent, std::size_t first)
    : optimizer_(&optimizer), sent_(&sent), first_(first), arguments_(optimizer.arguments_for(groups)) {
  for (std::size_t i = 0; i < optimizer.specs_.size(); ++i) {
    const TensorSpec& spec = optimizer.specs_[i];
    if (spec.is_scalar()) continue;
    const auto number = std::ranges::find(optimizer.step_numbers_, spec.name);
    if (number != optimizer.step_numbers_.end()) {
      const auto place = static_cast<std::size_t>(number - optimizer.step_numbers_.begin());
      arguments_.set_device(i, sent.part(first + place).handle(), gradients.device());
      continue;
    }
    const DeviceMemory& memory =
        optimizer.memory_of(spec.in_place_of.empty() ? spec.name : spec.in_place_of, gradients);
    arguments_.set_device(i, parts_.emplace_back(memory, 0, memory.bytes()).handle(), memory.device());
  }
}

void DeviceOptimizer::Update::set_step(double learning_rate, std::int64_t step) {
  for (std::size_t i = 0; i < optimizer_->step_numbers_.size(); ++i) {
    const double value = optimizer_number(optimizer_->step_numbers_[i], optimizer_->options_, learning_rate, step);
    sent_->values<float>(first_ + i)[0] = static_cast<float>(value);
  }
}

void DeviceOptimizer::Update::issue() { launch(*optimizer_->kernel_, arguments_); }

std::vector<NamedTensor> DeviceOptimizer::state() const {
  std::vector<NamedTensor> tensors;
  std::vector<float> values(static_cast<std::size_t>(layout_.size));
  for (const State& each : states_) {
    DevicePart(*each.memory, 0, layout_.bytes()).download(values.data());
    for (NamedTensor& tensor : named_tensors(layout_, values, each.name + ".")) tensors.push_back(std::move(tensor));
  }
  return tensors;
}

void DeviceOptimizer::set_state(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors) {
  const std::vector<NamedTensor> matched = match_tensors(path, state(), tensors);
  const std::size_t slots = layout_.slots.size();
  std::vector<float> values(static_cast<std::size_t>(layout_.size));
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const auto first = matched.begin() + static_cast<std::ptrdiff_t>(i * slots);
    assign_tensors(layout_, values, path, {first, first + static_cast<std::ptrdiff_t>(slots)}, states_[i].name + ".");
    DevicePart(*states_[i].memory, 0, layout_.bytes()).upload(values.data());
  }
}

std::size_t DeviceOptimizer::state_bytes() const { return states_.size() * layout_.bytes(); }

}  // namespace nestwright
