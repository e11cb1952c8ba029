#include "ops/reference/families.h"

namespace nestwright::reference {
namespace {

template <typename Function>
Tensors forward(const Tensors& in, Function function) {
  Tensor output = in.at("input");
  for (Number& element : output.elements()) element = function(element);
  return {{"output", std::move(output)}};
}

template <typename Function>
Tensors backward(const Tensors& in, Function function) {
  Tensor result = in.at("output_gradient");
  for (std::size_t n = 0; n < result.elements().size(); ++n) {
    result.elements()[n] = function(result.elements()[n], in.at("output").elements()[n]);
  }
  return {{"input_gradient", std::move(result)}};
}

Tensors relu(const Shape&, const Tensors& in) {
  return forward(in, [](const Number& a) { return Number(std::max(a.value, 0.0), a.error); });
}

Tensors relu_gradient(const Shape&, const Tensors& in) {
  return backward(in, [](const Number& g, const Number& out) { return out.value > 0 ? g : Number(0.0); });
}

Tensors tanh(const Shape&, const Tensors& in) {
  return forward(
      in, [](const Number& a) { return detail::rounded(std::tanh(a.value), a.error, detail::function_roundings); });
}

Tensors tanh_gradient(const Shape&, const Tensors& in) {
  return backward(in, [](const Number& g, const Number& out) { return g * (Number(1.0) - out * out); });
}

Tensors sigmoid(const Shape&, const Tensors& in) {
  return forward(in, [](const Number& a) { return Number(1.0) / (Number(1.0) + exp(-a)); });
}

Tensors sigmoid_gradient(const Shape&, const Tensors& in) {
  return backward(in, [](const Number& g, const Number& out) { return g * out * (Number(1.0) - out); });
}

double draw_with_relus_output(Random& random, const std::string& input, const Shape&) {
  return input == "output" ? std::max(0.0, random.real()) : random.real();
}

// The largest input of tanh and sigmoid, and the largest output gradient: above 18, float32 can't tell either from 1.
constexpr double widest = 20.0;

double draw_wide(Random& random, const std::string&, const Shape&) { return random.real() * widest; }

double draw_with_tanhs_output(Random& random, const std::string& input, const Shape&) {
  return input == "output" ? random.real() : random.real() * widest;
}

double draw_with_sigmoids_output(Random& random, const std::string& input, const Shape&) {
  return input == "output" ? std::abs(random.real()) : random.real() * widest;
}

}  // namespace

References activation_references() {
  return {{"relu", {relu, draw_quarters}},   {"relu_gradient", {relu_gradient, draw_with_relus_output}},
          {"tanh", {tanh, draw_wide}},       {"tanh_gradient", {tanh_gradient, draw_with_tanhs_output}},
          {"sigmoid", {sigmoid, draw_wide}}, {"sigmoid_gradient", {sigmoid_gradient, draw_with_sigmoids_output}}};
}

}  // namespace nestwright::reference
