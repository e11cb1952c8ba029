#include "tests/gpu/classifier_bounds.h"

#include <cmath>

#include "ops/classifier/reference.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;
using reference::Tensors;

Tensor evaluate(const char* op, const Shape& shape, const Tensors& in, const char* output) {
  return reference::evaluate(op, shape, in).at(output);
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

Tensors classifier_step_bounds(const Shape& shape, const Tensors& inputs) {
  return reference::classifier_step(shape, inputs, softmax_cross_entropy_bounds);
}

}  // namespace nestwright
