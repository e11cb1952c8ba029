#include "bench/rivals/cudnn/cudnn_operators.h"

#include <memory>

namespace nestwright::cudnn {
namespace {

// Makes `memory` live as long as the operation, which uses it.
std::optional<Operation> keep(std::optional<Operation> operation, const std::shared_ptr<DeviceFloats>& memory) {
  if (operation) operation->calls.emplace_back([memory] {});
  return operation;
}

}  // namespace

Operation convolution_bias_relu(const Setting& setting, const Images& input, const Images& weights, const Images& bias,
                                const Images& output) {
  const cuda::Stream stream = setting.libraries->stream();
  const auto memory = std::make_shared<DeviceFloats>(static_cast<std::size_t>(output.size()), stream);
  Images sums = output;
  sums.address = memory->address();
  const Operation bias_relu =
      fastest(stream, "bias and relu",
              {plan(setting, bias_relu_graph(sums, bias, output)),
               then(add_bias(setting, bias, sums), activation(setting, CUDNN_ACTIVATION_RELU, sums, output))});
  return fastest(stream, "a convolution",
                 {plan(setting, convolution_bias_relu_graph(input, weights, bias, output)),
                  keep(then(plan(setting, convolution_graph(input, weights, {}, sums)), bias_relu), memory)});
}

Operation convolution_input_gradient(const Setting& setting, const Images& output_gradient, const Images& weights,
                                     const Images& input_gradient) {
  return require_plan(setting, convolution_input_gradient_graph(output_gradient, weights, {}, input_gradient));
}

Operation convolution_weight_gradient(const Setting& setting, const Images& input, const Images& output_gradient,
                                      const Images& weight_gradient) {
  return require_plan(setting, convolution_weight_gradient_graph(input, output_gradient, {}, weight_gradient));
}

Operation bias_gradient(const Setting& setting, const Images& output_gradient, const Images& bias_gradient_place) {
  return fastest(setting.libraries->stream(), "a bias's gradient",
                 {plan(setting, bias_gradient_graph(output_gradient, bias_gradient_place)),
                  bias_gradient_by_function(setting, output_gradient, bias_gradient_place)});
}

Operation relu_gradient(const Setting& setting, const Images& output, const Images& output_gradient,
                        const Images& input_gradient) {
  return fastest(setting.libraries->stream(), "relu's gradient",
                 {plan(setting, relu_gradient_graph(output, output_gradient, input_gradient)),
                  activation_gradient(setting, CUDNN_ACTIVATION_RELU, output, output_gradient, input_gradient)});
}

Operation relu_bias_gradient(const Setting& setting, const Images& output, const Images& output_gradient,
                             const Images& input_gradient, const Images& bias_gradient_place) {
  return fastest(setting.libraries->stream(), "relu's and a bias's gradients",
                 {plan(setting, relu_bias_gradient_graph(output, output_gradient, input_gradient, bias_gradient_place)),
                  then(relu_gradient(setting, output, output_gradient, input_gradient),
                       bias_gradient(setting, input_gradient, bias_gradient_place))});
}

// By the older functions, as the frontend has no gradient of a pooling.
Operation max_pooling(const Setting& setting, const Images& input, const Images& output) {
  return pooling(setting, {}, input, output);
}

Operation max_pooling_gradient(const Setting& setting, const Images& input, const Images& output,
                               const Images& output_gradient, const Images& input_gradient) {
  return pooling_gradient(setting, {}, input, output, output_gradient, input_gradient);
}

}  // namespace nestwright::cudnn
