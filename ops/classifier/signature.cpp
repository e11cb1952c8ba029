#include "ops/classifier/signature.h"

#include "ops/signature/bias_place.h"
#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

TensorSpec weight(const char* name, std::int64_t in_features, std::int64_t out_features) {
  return {.name = name, .dimensions = {{"i", in_features}, {"o", out_features}}};
}

TensorSpec bias(const char* name, std::int64_t out_features) {
  return {.name = name, .dimensions = {{"o", out_features}}};
}

}  // namespace

ClassifierValues ClassifierValues::from(const Shape& s) {
  std::int64_t next = 0;
  // Each part begins at a multiple of so many features that it is a part of a GPU's memory of its own.
  const std::int64_t step = part_alignment / device_lanes;
  const auto take = [&](std::int64_t count) {
    const std::int64_t first = next;
    next += (count + step - 1) / step * step;
    return first;
  };
  ClassifierValues values = {};
  values.hidden1 = take(s.at("hidden1"));
  values.hidden2 = take(s.at("hidden2"));
  values.hidden1_gradient = take(s.at("hidden1"));
  values.hidden2_gradient = take(s.at("hidden2"));
  values.logits_gradient = take(s.at("classes"));
  values.input_gradient = take(s.at("in_features"));
  values.loss = take(1);
  values.count = next;
  return values;
}

std::vector<Signature> classifier_signatures() {
  return {
      {.name = "classifier_step",
       .summary =
           "three linear layers, relu after the first two, softmax_cross_entropy, and the way back: for each "
           "image hidden1, hidden2, the gradients of both before their relu, logits_gradient, input_gradient and loss",
       .parameters = {{"lanes"}, {"in_features"}, {"hidden1"}, {"hidden2"}, {"classes"}},
       .inputs =
           [](const Shape& s) {
             const std::int64_t in = s.at("in_features"), hidden1 = s.at("hidden1"), hidden2 = s.at("hidden2");
             const std::int64_t classes = s.at("classes");
             return std::vector{features("input", s, in), weight("weight1", in, hidden1),
                                bias("bias1", hidden1),   weight("weight2", hidden1, hidden2),
                                bias("bias2", hidden2),   weight("weight3", hidden2, classes),
                                bias("bias3", classes),   per_image("labels", s, DataType::uint8),
                                scalar("scale")};
           },
       .outputs = [](const Shape& s) { return std::vector{features("values", s, ClassifierValues::from(s).count)}; },
       .flops =
           [](const Shape& s) {
             const std::int64_t hidden1 = s.at("hidden1"), hidden2 = s.at("hidden2"), classes = s.at("classes");
             return 2 * s.at("lanes") *
                    (2 * s.at("in_features") * hidden1 + 2 * hidden1 * hidden2 + 2 * hidden2 * classes);
           }},
  };
}

}  // namespace nestwright
