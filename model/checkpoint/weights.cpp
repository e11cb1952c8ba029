#include "model/checkpoint/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/message.h"

namespace nestwright {

std::string what_is_not_finite(const std::vector<NamedTensor>& tensors) {
  const auto is_no_number = [](float value) { return !std::isfinite(value); };
  for (const NamedTensor& tensor : tensors) {
    const auto first = std::ranges::find_if(tensor.values, is_no_number);
    if (first == tensor.values.end()) continue;
    return fmt::format("\"{}\" has {} values of {} that are not finite, the first of them {}", excerpt(tensor.name),
                       std::ranges::count_if(tensor.values, is_no_number), tensor.values.size(), *first);
  }
  return "";
}

std::string largest_weight(const std::vector<NamedTensor>& parameters) {
  float largest = 0.0F;
  std::string name;
  for (const NamedTensor& tensor : parameters) {
    for (const float value : tensor.values) {
      if (std::abs(value) < largest) continue;
      largest = std::abs(value);
      name = tensor.name;
    }
  }
  return fmt::format("{} in \"{}\"", largest, name);
}

std::string what_may_give_no_numbers(const std::vector<NamedTensor>& parameters, const Normalisation& normalisation) {
  if (largest_value(parameters, normalisation) <= std::numeric_limits<float>::max()) return "";
  return fmt::format("as sums within it grow beyond float32; the largest weight is {}", largest_weight(parameters));
}

double largest_value(const std::vector<NamedTensor>& parameters, const Normalisation& normalisation) {
  double bound = std::max(normalisation.mean, 1.0F - normalisation.mean) / normalisation.deviation;
  for (const NamedTensor& tensor : parameters) {
    const auto outputs = static_cast<std::size_t>(tensor.shape.at(0));
    const std::size_t inputs = tensor.values.size() / outputs;
    double largest_sum = 0.0;
    for (std::size_t output = 0; output < outputs; ++output) {
      double sum = 0.0;
      for (std::size_t i = 0; i < inputs; ++i) sum += std::abs(tensor.values[output * inputs + i]);
      largest_sum = std::max(largest_sum, sum);
    }
    const bool is_bias = tensor.shape.size() == 1;
    bound = is_bias ? bound + largest_sum : bound * largest_sum;
  }
  return bound;
}

}  // namespace nestwright
