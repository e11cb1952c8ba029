#include "tests/ops/gradient_case.h"

#include <random>

#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/signature.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;
using reference::Tensors;

struct Gradient {
  const char *op, *output, *input, *gradient_op, *gradient_output;
};

constexpr Gradient gradients[] = {
    {"conv2d", "output", "input", "conv2d_input_gradient", "input_gradient"},
    {"conv2d", "output", "weight", "conv2d_weight_gradient", "weight_gradient"},
    {"conv2d", "output", "bias", "conv2d_bias_gradient", "bias_gradient"},
    {"max_pool2d", "output", "input", "max_pool2d_gradient", "input_gradient"},
    {"avg_pool2d", "output", "input", "avg_pool2d_gradient", "input_gradient"},
    {"conv2d_relu_max_pool2d", "output", "input", "conv2d_max_pool2d_input_gradient", "input_gradient"},
    {"conv2d_relu_max_pool2d", "output", "weight", "conv2d_max_pool2d_weight_gradient", "weight_gradient"},
    {"conv2d_relu_max_pool2d", "output", "bias", "conv2d_max_pool2d_bias_gradient", "bias_gradient"},
    {"conv2d_max_pool2d", "output", "input", "conv2d_max_pool2d_input_gradient", "input_gradient"},
    {"conv2d_max_pool2d", "output", "weight", "conv2d_max_pool2d_weight_gradient", "weight_gradient"},
    {"linear", "output", "input", "linear_input_gradient", "input_gradient"},
    {"linear", "output", "weight", "linear_weight_gradient", "weight_gradient"},
    {"linear", "output", "bias", "linear_bias_gradient", "bias_gradient"},
    {"relu", "output", "input", "relu_gradient", "input_gradient"},
    {"tanh", "output", "input", "tanh_gradient", "input_gradient"},
    {"sigmoid", "output", "input", "sigmoid_gradient", "input_gradient"},
    {"log_softmax", "output", "input", "log_softmax_gradient", "input_gradient"},
    {"nll_loss", "loss", "input", "nll_loss_gradient", "input_gradient"},
    {"softmax_cross_entropy", "loss", "logits", "softmax_cross_entropy", "logits_gradient"},
};

double random_value(std::mt19937_64& random) {
  return static_cast<double>(std::uniform_int_distribution<int>(-(1 << 20), 1 << 20)(random)) * 0x1p-20;
}

void fill(Tensor& tensor, std::mt19937_64& random) {
  for (Number& element : tensor.elements()) element = random_value(random);
}

bool has_scale(const GradientCase& gradient_case) {
  return gradient_case.gradient_op == "nll_loss_gradient" || gradient_case.gradient_op == "softmax_cross_entropy";
}

constexpr double scale = 0.375;

// The shape of the gradient operator: that of the operator, but for gradients of biases, whose shape is that of the
// output's gradient, which they sum.
Shape gradient_shape(const GradientCase& gradient_case, const Tensor& output) {
  const Shape& shape = gradient_case.forward.shape;
  const std::string& op = gradient_case.gradient_op;
  if (op == "linear_bias_gradient") return {{"lanes", shape.at("lanes")}, {"out_features", shape.at("out_features")}};
  if (!op.ends_with("_bias_gradient")) return shape;
  Shape sums = {{"lanes", output.extent(0)},
                {"width", output.extent(1)},
                {"height", output.extent(2)},
                {"channels", output.extent(3)}};
  if (shape.contains("window")) sums.set("window", shape.at("window"));
  return sums;
}

}  // namespace

std::vector<GradientCase> gradient_cases() {
  std::vector<GradientCase> cases;
  for (const Gradient& gradient : gradients) {
    for (const OperatorCase& forward : cases_of(gradient.op)) {
      cases.push_back(
          {gradient.op, gradient.output, gradient.input, gradient.gradient_op, gradient.gradient_output, forward});
    }
  }
  return cases;
}

std::ostream& operator<<(std::ostream& stream, const GradientCase& gradient_case) {
  return stream << gradient_case.gradient_op << " of " << gradient_case.forward;
}

std::string test_name(const GradientCase& gradient_case) {
  return test_name(gradient_case.forward) + "_by_" + gradient_case.input;
}

Tensors smooth_inputs(const OperatorCase& forward) {
  const Signature& signature = find_signature(forward.op);
  const std::int64_t images = forward.shape.at("lanes") + 1;  // two blocks
  Tensors inputs = sample_inputs(signature, forward.shape, {.images = images, .parameters = 1, .groups = 1}, 5);
  std::mt19937_64 random(6);
  for (const TensorSpec& spec : signature.inputs(forward.shape)) {
    if (spec.type == DataType::float32 && !spec.is_scalar()) fill(inputs.at(spec.name), random);
  }
  if (inputs.contains("scale")) inputs.at("scale")() = scale;
  return inputs;
}

Tensor output_weights(const GradientCase& gradient_case, const Tensors& inputs) {
  std::mt19937_64 random(7);
  Tensor weights = reference::evaluate(gradient_case.op, gradient_case.forward.shape, inputs).at(gradient_case.output);
  fill(weights, random);
  for (Number& weight : weights.elements()) {
    if (has_scale(gradient_case)) weight = scale;
  }
  return weights;
}

Tensor reference_gradient(const GradientCase& gradient_case, const Tensors& inputs, const Tensor& weights) {
  Tensors gradient_inputs = inputs;
  for (const auto& [name, tensor] : reference::evaluate(gradient_case.op, gradient_case.forward.shape, inputs)) {
    gradient_inputs[name] = tensor;
    for (Number& element : gradient_inputs[name].elements()) element.error = 0;
  }
  const Shape shape = gradient_shape(gradient_case, gradient_inputs.at(gradient_case.output));
  gradient_inputs["output_gradient"] = weights;
  gradient_inputs["previous"] = Tensor(inputs.at(gradient_case.input).extents());
  gradient_inputs["scale"] = Tensor(std::vector<std::int64_t>{});
  gradient_inputs["scale"]() = scale;
  return reference::evaluate(gradient_case.gradient_op, shape, gradient_inputs).at(gradient_case.gradient_output);
}

}  // namespace nestwright
