#include "ops/signature/bias_place.h"
#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

std::vector<ShapeParameter> linear_parameters() { return {{"lanes"}, {"in_features"}, {"out_features"}}; }

TensorSpec input(const Shape& s, std::string name) { return features(std::move(name), s, s.at("in_features")); }
TensorSpec output(const Shape& s, std::string name) { return features(std::move(name), s, s.at("out_features")); }

TensorSpec weight(const Shape& s, std::string name) {
  return {.name = std::move(name), .dimensions = {{"i", s.at("in_features")}, {"o", s.at("out_features")}}};
}

TensorSpec bias(const Shape& s, std::string name) {
  return {.name = std::move(name), .dimensions = {{"o", s.at("out_features")}}};
}

Signature forward(std::string name, std::string summary) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .parameters = linear_parameters(),
          .inputs =
              [](const Shape& s) {
                return std::vector{input(s, "input"), weight(s, "weight"), bias(s, "bias")};
              },
          .outputs = [](const Shape& s) { return std::vector{output(s, "output")}; },
          .flops = [](const Shape& s) { return 2 * s.at("lanes") * s.at("in_features") * s.at("out_features"); }};
}

}  // namespace

std::vector<Signature> linear_signatures() {
  const auto flops = [](const Shape& s) { return 2 * s.at("lanes") * s.at("in_features") * s.at("out_features"); };
  return {
      forward("linear", "output(o) = bias(o) + sum over i of weight(i, o) * input(i)"),
      forward("linear_relu", "relu(linear)"),
      {.name = "linear_input_gradient",
       .summary = "input_gradient(i) = sum over o of weight(i, o) * output_gradient(o)",
       .parameters = linear_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{output(s, "output_gradient"), weight(s, "weight")};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = flops},
      {.name = "linear_input_gradient_relu_gradient",
       .summary = "linear_input_gradient where input, a relu's output, is positive, zero elsewhere",
       .parameters = linear_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{output(s, "output_gradient"), weight(s, "weight"), input(s, "input")};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = flops},
      {.name = "linear_weight_gradient",
       .summary = "weight_gradient(i, o) = previous(i, o) + sum over images of input(i) * output_gradient(o)",
       .parameters = linear_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), output(s, "output_gradient"), weight(s, "previous")};
           },
       .outputs = [](const Shape& s) { return std::vector{in_place(weight(s, "weight_gradient"), "previous")}; },
       .flops = flops},
      {.name = "linear_bias_gradient",
       .summary = "bias_gradient(o) = previous(o) + sum over images of output_gradient(o)",
       .parameters = {{"lanes"}, {"out_features"}},
       .inputs =
           [](const Shape& s) {
             return std::vector{output(s, "output_gradient"), bias(s, "previous")};
           },
       .outputs = [](const Shape& s) { return std::vector{in_place(bias(s, "bias_gradient"), "previous")}; },
       .flops = [](const Shape& s) { return s.at("lanes") * s.at("out_features"); }},
      {.name = "linear_parameter_gradients",
       .summary = "what each block adds to the gradients of weights and biases: gradients(i, o) = sum over images of "
                  "input(i) * output_gradient(o), and for the biases the sum over images of output_gradient(o), which "
                  "lies where ops/signature/bias_place.h says",
       .parameters = linear_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), output(s, "output_gradient")};
           },
       .outputs =
           [](const Shape& s) {
             TensorSpec gradients = weight(s, "gradients");
             gradients.dimensions.back().extent =
                 gradient_rows(s.at("in_features"), s.at("out_features"), linear_gradient_tile);
             gradients.dimensions.push_back({"block", dynamic_extent});
             return std::vector{gradients};
           },
       .flops = flops},
  };
}

}  // namespace nestwright
