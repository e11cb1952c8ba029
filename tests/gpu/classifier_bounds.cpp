#include "tests/gpu/classifier_bounds.h"

#include <algorithm>
#include <cmath>

#include "reference/families.h"
#include "signatures/classifier.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;
using reference::Tensors;

Tensor evaluate(const char* op, const Shape& shape, const Tensors& in, const char* output) {
  return reference::evaluate(op, shape, in).at(output);
}

Tensor layer_sums(const Tensors& in, const Tensor& input, const std::string& number) {
  return evaluate("linear", {},
                  {{"input", input}, {"weight", in.at("weight" + number)}, {"bias", in.at("bias" + number)}}, "output");
}

Tensor rectified(Tensor values) {
  for (Number& value : values.elements()) value.value = std::max(value.value, 0.0);
  return values;
}

Tensor back_through_weights(const Tensors& in, const Tensor& gradient, const std::string& number) {
  return evaluate("linear_input_gradient", {}, {{"output_gradient", gradient}, {"weight", in.at("weight" + number)}},
                  "input_gradient");
}

// Where float32 may see sums of another sign, either gradient is right.
Tensor back_through_relu(Tensor gradient, const Tensor& sums) {
  for (std::size_t n = 0; n < gradient.elements().size(); ++n) {
    const Number sum = sums.elements()[n];
    Number& value = gradient.elements()[n];
    if (std::abs(sum.value) <= sum.error) value.error += std::abs(value.value);
    if (sum.value <= 0) value.value = 0.0;
    if (sum.value < -sum.error) value.error = 0.0;
  }
  return gradient;
}

// Puts (lane, feature, block), or (lane, block), into `values` from feature `first` on.
void put_features(const Tensor& part, std::int64_t first, Tensor& values) {
  const std::int64_t lanes = values.extent(0), blocks = values.extent(2);
  const std::int64_t features = static_cast<std::int64_t>(part.elements().size()) / (lanes * blocks);
  for (std::int64_t n = 0; n < static_cast<std::int64_t>(part.elements().size()); ++n) {
    values(n % lanes, first + n / lanes % features, n / (lanes * features)) =
        part.elements()[static_cast<std::size_t>(n)];
  }
}

}  // namespace

Tensor with_fast_exponential(Tensor values) {
  for (Number& element : values.elements()) element.error += (2.0 + 1.173 * std::abs(element.value)) * 0x1p-23;
  return values;
}

Tensors softmax_cross_entropy_bounds(const Shape& shape, const Tensors& inputs) {
  const Tensor& labels = inputs.at("labels");
  Tensor one(std::vector<std::int64_t>{});
  one() = 1.0;
  const Tensor negative_labels =
      evaluate("nll_loss_gradient", shape, {{"labels", labels}, {"scale", one}}, "input_gradient");
  const Tensor log_probabilities =
      evaluate("log_softmax", shape, {{"input", with_fast_exponential(inputs.at("logits"))}}, "output");
  Tensor gradient = evaluate(
      "log_softmax_gradient", shape,
      {{"output_gradient", negative_labels}, {"output", with_fast_exponential(log_probabilities)}}, "input_gradient");
  for (Number& element : gradient.elements()) element = inputs.at("scale")() * element;
  return {{"loss", evaluate("nll_loss", shape, {{"input", log_probabilities}, {"labels", labels}}, "loss")},
          {"logits_gradient", std::move(gradient)}};
}

Tensors classifier_step_bounds(const Shape& shape, const Tensors& in) {
  const Tensor sums1 = layer_sums(in, in.at("input"), "1"), hidden1 = rectified(sums1);
  const Tensor sums2 = layer_sums(in, hidden1, "2"), hidden2 = rectified(sums2);
  const Tensors loss = softmax_cross_entropy_bounds(
      shape, {{"logits", layer_sums(in, hidden2, "3")}, {"labels", in.at("labels")}, {"scale", in.at("scale")}});
  const Tensor gradient2 = back_through_relu(back_through_weights(in, loss.at("logits_gradient"), "3"), sums2);
  const Tensor gradient1 = back_through_relu(back_through_weights(in, gradient2, "2"), sums1);
  const ClassifierValues places = ClassifierValues::from(shape);
  Tensor values({shape.at("lanes"), places.count, in.at("input").extent(2)});
  put_features(hidden1, places.hidden1, values);
  put_features(hidden2, places.hidden2, values);
  put_features(gradient1, places.hidden1_gradient, values);
  put_features(gradient2, places.hidden2_gradient, values);
  put_features(loss.at("logits_gradient"), places.logits_gradient, values);
  put_features(back_through_weights(in, gradient1, "1"), places.input_gradient, values);
  put_features(loss.at("loss"), places.loss, values);
  return {{"values", std::move(values)}};
}

}  // namespace nestwright
