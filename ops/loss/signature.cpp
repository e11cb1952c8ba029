#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

std::vector<ShapeParameter> class_parameters() { return {{"lanes"}, {"classes"}}; }

TensorSpec classes(const Shape& s, std::string name) { return features(std::move(name), s, s.at("classes")); }
TensorSpec labels(const Shape& s) { return per_image("labels", s, DataType::uint8); }

std::int64_t four_operations_a_class(const Shape& s) { return 4 * s.at("lanes") * s.at("classes"); }

}  // namespace

// A label of 255 marks a lane that holds no image: its loss, gradient and correct count are zero.
std::vector<Signature> loss_signatures() {
  return {
      {.name = "log_softmax",
       .summary = "output(c) = input(c) - max - log(sum over k of exp(input(k) - max))",
       .parameters = class_parameters(),
       .inputs = [](const Shape& s) { return std::vector{classes(s, "input")}; },
       .outputs = [](const Shape& s) { return std::vector{classes(s, "output")}; },
       .flops = four_operations_a_class},
      {.name = "log_softmax_gradient",
       .summary = "input_gradient(c) = output_gradient(c) - exp(output(c)) * sum over k of output_gradient(k)",
       .parameters = class_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{classes(s, "output_gradient"), classes(s, "output")};
           },
       .outputs = [](const Shape& s) { return std::vector{classes(s, "input_gradient")}; },
       .flops = four_operations_a_class},
      {.name = "nll_loss",
       .summary = "loss = -input(label)",
       .parameters = class_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{classes(s, "input"), labels(s)};
           },
       .outputs = [](const Shape& s) { return std::vector{per_image("loss", s)}; },
       .flops = [](const Shape& s) { return s.at("lanes"); }},
      {.name = "nll_loss_gradient",
       .summary = "input_gradient(c) = -scale where c is the label, else 0; scale is 1 / batch size for a mean loss",
       .parameters = class_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{labels(s), scalar("scale")};
           },
       .outputs = [](const Shape& s) { return std::vector{classes(s, "input_gradient")}; },
       .flops = [](const Shape& s) { return s.at("lanes"); }},
      {.name = "softmax_cross_entropy",
       .summary = "loss = log(sum over k of exp(logits(k))) - logits(label); logits_gradient(c) = scale * "
                  "(softmax(c) - (c is the label)); scale is 1 / batch size for a mean loss",
       .parameters = class_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{classes(s, "logits"), labels(s), scalar("scale")};
           },
       .outputs =
           [](const Shape& s) {
             return std::vector{per_image("loss", s), classes(s, "logits_gradient")};
           },
       .flops = [](const Shape& s) { return 6 * s.at("lanes") * s.at("classes"); }},
      {.name = "accuracy",
       .summary = "predicted = the first class with the largest logit; correct = 1 where it is the label, else 0",
       .parameters = class_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{classes(s, "logits"), labels(s)};
           },
       .outputs =
           [](const Shape& s) {
             return std::vector{per_image("predicted", s, DataType::uint8), per_image("correct", s, DataType::uint8)};
           },
       .flops = [](const Shape& s) { return s.at("lanes") * s.at("classes"); }},
  };
}

}  // namespace nestwright
