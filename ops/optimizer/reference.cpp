#include "ops/reference/families.h"

namespace nestwright::reference {
namespace {

Number gradient_sum(const Tensors& in, std::int64_t i) {
  Sum sum;
  for (std::int64_t group = 0; group < in.at("gradient").extent(1); ++group) sum.add(in.at("gradient")(i, group));
  return sum.number();
}

Number decayed(const Tensors& in, std::int64_t i) {
  return gradient_sum(in, i) + in.at("weight_decay")() * in.at("parameter")(i);
}

Tensors sgd(const Shape&, const Tensors& in) {
  Tensor parameter = in.at("parameter");
  for (std::int64_t i = 0; i < parameter.extent(0); ++i) {
    parameter(i) = parameter(i) - in.at("learning_rate")(0) * decayed(in, i);
  }
  return {{"new_parameter", std::move(parameter)}};
}

Tensors momentum(const Shape& s, const Tensors& in) {
  Tensor parameter = in.at("parameter"), velocity = in.at("velocity");
  const Number factor = in.at("momentum")();
  for (std::int64_t i = 0; i < parameter.extent(0); ++i) {
    const Number direction = decayed(in, i);
    velocity(i) = factor * velocity(i) + direction;
    const Number step = s.at("nesterov") != 0 ? direction + factor * velocity(i) : velocity(i);
    parameter(i) = parameter(i) - in.at("learning_rate")(0) * step;
  }
  return {{"new_parameter", std::move(parameter)}, {"new_velocity", std::move(velocity)}};
}

Tensors adadelta(const Shape&, const Tensors& in) {
  Tensor parameter = in.at("parameter"), square = in.at("square_average"), accumulated = in.at("accumulated_delta");
  const Number rho = in.at("rho")(), epsilon = in.at("epsilon")(), rest = Number(1.0) - rho;
  for (std::int64_t i = 0; i < parameter.extent(0); ++i) {
    const Number direction = decayed(in, i);
    square(i) = rho * square(i) + rest * direction * direction;
    const Number delta = sqrt(accumulated(i) + epsilon) / sqrt(square(i) + epsilon) * direction;
    accumulated(i) = rho * accumulated(i) + rest * delta * delta;
    parameter(i) = parameter(i) - in.at("learning_rate")(0) * delta;
  }
  return {{"new_parameter", std::move(parameter)},
          {"new_square_average", std::move(square)},
          {"new_accumulated_delta", std::move(accumulated)}};
}

Tensors adaptive_moments(const Tensors& in, bool decoupled) {
  Tensor parameter = in.at("parameter"), first = in.at("first_moment"), second = in.at("second_moment");
  const Number rate = in.at("learning_rate")(0), beta1 = in.at("beta1")(), beta2 = in.at("beta2")();
  for (std::int64_t i = 0; i < parameter.extent(0); ++i) {
    const Number direction = decoupled ? gradient_sum(in, i) : decayed(in, i);
    if (decoupled) parameter(i) = parameter(i) * (Number(1.0) - rate * in.at("weight_decay")());
    first(i) = beta1 * first(i) + (Number(1.0) - beta1) * direction;
    second(i) = beta2 * second(i) + (Number(1.0) - beta2) * direction * direction;
    const Number first_estimate = first(i) / in.at("first_correction")(0);
    const Number second_estimate = second(i) / in.at("second_correction")(0);
    parameter(i) = parameter(i) - rate * first_estimate / (sqrt(second_estimate) + in.at("epsilon")());
  }
  return {{"new_parameter", std::move(parameter)},
          {"new_first_moment", std::move(first)},
          {"new_second_moment", std::move(second)}};
}

Tensors adam(const Shape&, const Tensors& in) { return adaptive_moments(in, false); }

Tensors adamw(const Shape&, const Tensors& in) { return adaptive_moments(in, true); }

// Rates and the like have sizes that a training has, and are exact in float32. Averages of squares are not negative,
// and are drawn up to 1/16; parameters, gradients and other states between -1 and 1.
double draw(Random& random, const std::string& input, const Shape&) {
  static const std::map<std::string, double> numbers = {
      {"learning_rate", 0.125}, {"weight_decay", 0.0625},       {"momentum", 0.75},
      {"rho", 0.875},           {"epsilon", 0x1p-20},           {"beta1", 0.875},
      {"beta2", 0.9990234375},  {"first_correction", 0.234375}, {"second_correction", 0x1p-9}};
  const auto number = numbers.find(input);
  if (number != numbers.end()) return number->second;
  const bool is_of_squares = input == "square_average" || input == "accumulated_delta" || input == "second_moment";
  return is_of_squares ? std::abs(random.real()) * 0.0625 : random.real();
}

}  // namespace

References optimizer_references() {
  return {{"sgd", {sgd, draw}},
          {"momentum", {momentum, draw}},
          {"adadelta", {adadelta, draw}},
          {"adam", {adam, draw}},
          {"adamw", {adamw, draw}}};
}

}  // namespace nestwright::reference
