#include "ops/classifier/reference.h"

#include "ops/classifier/signature.h"
#include "ops/loss/reference.h"
#include "ops/reference/packed_features.h"

namespace nestwright::reference {
namespace {

Tensor linear(const Tensors& in, const Tensor& input, const std::string& layer) {
  return evaluate("linear", {},
                  {{"input", input}, {"weight", in.at("weight" + layer)}, {"bias", in.at("bias" + layer)}})
      .at("output");
}

Tensor relu(Tensor values) {
  for (Number& value : values.elements()) value.value = std::max(value.value, 0.0);
  return values;
}

// The gradient of `before_relu`, whose relu is the input of `layer`. Where before_relu may have another sign in
// float32, the gradient that comes from the layer and 0 are both right.
Tensor before_relu_gradient(const Tensors& in, const Tensor& output_gradient, const std::string& layer,
                            const Tensor& before_relu) {
  Tensor gradient =
      evaluate("linear_input_gradient", {}, {{"output_gradient", output_gradient}, {"weight", in.at("weight" + layer)}})
          .at("input_gradient");
  for (std::size_t n = 0; n < gradient.elements().size(); ++n) {
    const Number before = before_relu.elements()[n];
    Number& value = gradient.elements()[n];
    if (std::abs(before.value) <= before.error) value.error += std::abs(value.value);
    if (before.value <= 0) value.value = 0.0;
    if (before.value < -before.error) value.error = 0.0;
  }
  return gradient;
}

// Weights up to 1/8, as large as a network's: three layers of them give logits that softmax tells apart, but not
// without doubt.
double draw_small_weights(Random& random, const std::string& input, const Shape&) {
  if (input == "scale") return sample_loss_scale;
  return input.starts_with("weight") ? random.real() * 0.125 : random.real();
}

}  // namespace

Tensors classifier_step(const Shape& s, const Tensors& in, Evaluate loss_of) {
  const Tensor sum1 = linear(in, in.at("input"), "1"), hidden1 = relu(sum1);
  const Tensor sum2 = linear(in, hidden1, "2"), hidden2 = relu(sum2);
  const Tensors loss =
      loss_of(s, {{"logits", linear(in, hidden2, "3")}, {"labels", in.at("labels")}, {"scale", in.at("scale")}});
  const Tensor hidden2_gradient = before_relu_gradient(in, loss.at("logits_gradient"), "3", sum2);
  const Tensor hidden1_gradient = before_relu_gradient(in, hidden2_gradient, "2", sum1);
  const Tensor input_gradient =
      evaluate("linear_input_gradient", {}, {{"output_gradient", hidden1_gradient}, {"weight", in.at("weight1")}})
          .at("input_gradient");
  const ClassifierValues places = ClassifierValues::from(s);
  Tensor values({s.at("lanes"), places.count, in.at("input").extent(2)});
  put_features(hidden1, places.hidden1, values);
  put_features(hidden2, places.hidden2, values);
  put_features(hidden1_gradient, places.hidden1_gradient, values);
  put_features(hidden2_gradient, places.hidden2_gradient, values);
  put_features(loss.at("logits_gradient"), places.logits_gradient, values);
  put_features(input_gradient, places.input_gradient, values);
  put_features(loss.at("loss"), places.loss, values);
  return {{"values", std::move(values)}};
}

References classifier_references() {
  const Evaluate step = [](const Shape& shape, const Tensors& inputs) {
    return classifier_step(shape, inputs, find_reference("softmax_cross_entropy").evaluate);
  };
  return {{"classifier_step", {step, draw_small_weights}}};
}

}  // namespace nestwright::reference
