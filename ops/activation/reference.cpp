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
Tensors gradient(const Tensors& in, Function function) {
  Tensor result = in.at("output_gradient");
  for (std::size_t n = 0; n < result.elements().size(); ++n) {
    result.elements()[n] = function(result.elements()[n], in.at("output").elements()[n]);
  }
  return {{"input_gradient", std::move(result)}};
}

}  // namespace

References activation_references() {
  return {
      {"relu",
       [](const Shape&, const Tensors& in) {
         return forward(in, [](const Number& a) { return Number(std::max(a.value, 0.0), a.error); });
       }},
      {"relu_gradient",
       [](const Shape&, const Tensors& in) {
         return gradient(in, [](const Number& g, const Number& out) { return out.value > 0 ? g : Number(0.0); });
       }},
      {"tanh",
       [](const Shape&, const Tensors& in) {
         return forward(in, [](const Number& a) { return detail::rounded(std::tanh(a.value), a.error, 8); });
       }},
      {"tanh_gradient",
       [](const Shape&, const Tensors& in) {
         return gradient(in, [](const Number& g, const Number& out) { return g * (Number(1.0) - out * out); });
       }},
      {"sigmoid",
       [](const Shape&, const Tensors& in) {
         return forward(in, [](const Number& a) { return Number(1.0) / (Number(1.0) + exp(-a)); });
       }},
      {"sigmoid_gradient",
       [](const Shape&, const Tensors& in) {
         return gradient(in, [](const Number& g, const Number& out) { return g * out * (Number(1.0) - out); });
       }},
  };
}

}  // namespace nestwright::reference
