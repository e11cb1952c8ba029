#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

std::vector<ShapeParameter> elementwise_parameters() { return {{"lanes"}, {"size"}}; }

std::int64_t one_operation_an_element(const Shape& s) { return s.at("lanes") * s.at("size"); }

Signature forward(std::string name, std::string summary) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .parameters = elementwise_parameters(),
          .inputs = [](const Shape& s) { return std::vector{features("input", s, s.at("size"))}; },
          .outputs = [](const Shape& s) { return std::vector{in_place(features("output", s, s.at("size")), "input")}; },
          .flops = one_operation_an_element};
}

Signature gradient(std::string name, std::string summary) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .parameters = elementwise_parameters(),
          .inputs =
              [](const Shape& s) {
                return std::vector{features("output_gradient", s, s.at("size")), features("output", s, s.at("size"))};
              },
          .outputs =
              [](const Shape& s) {
                return std::vector{in_place(features("input_gradient", s, s.at("size")), "output_gradient")};
              },
          .flops = one_operation_an_element};
}

}  // namespace

// `size` is the number of values an image: width * height * channels, or features.
std::vector<Signature> activation_signatures() {
  return {
      forward("relu", "output = max(input, 0)"),
      gradient("relu_gradient", "input_gradient = output_gradient where output > 0, else 0"),
      forward("tanh", "output = tanh(input)"),
      gradient("tanh_gradient", "input_gradient = output_gradient * (1 - output^2)"),
      forward("sigmoid", "output = 1 / (1 + exp(-input))"),
      gradient("sigmoid_gradient", "input_gradient = output_gradient * output * (1 - output)"),
  };
}

}  // namespace nestwright
