#include "bench/cudnn/cudnn_operators.h"

#include <memory>

namespace nestwright::cudnn {
namespace {

Shared<cudnnTensorDescriptor_t> describe(const Images& images, Layout layout) {
  cudnnTensorDescriptor_t made = nullptr;
  require(cudnn().create_tensor(&made), "no descriptor of a tensor can be had");
  Shared<cudnnTensorDescriptor_t> tensor(made, cudnn().destroy_tensor);
  require(cudnn().set_tensor(made, layout == Layout::nhwc ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT,
                             static_cast<int>(images.images), static_cast<int>(images.channels),
                             static_cast<int>(images.height), static_cast<int>(images.width)),
          "a tensor can't be described");
  return tensor;
}

// A tensor as functions take it.
struct Described {
  Described(const Images& images, Layout layout)
      : shared(describe(images, layout)), descriptor(shared.get()), memory(pointer(images.address)) {}
  Described(const Matrix& matrix, Layout layout) : Described(matrix.as_images(), layout) {}

  Shared<cudnnTensorDescriptor_t> shared;
  cudnnTensorDescriptor_t descriptor;
  void* memory;
};

Shared<cudnnPoolingDescriptor_t> describe_pooling() {
  cudnnPoolingDescriptor_t made = nullptr;
  require(cudnn().create_pooling(&made), "no descriptor of a pooling can be had");
  Shared<cudnnPoolingDescriptor_t> pooling(made, cudnn().destroy_pooling);
  require(cudnn().set_pooling(made, CUDNN_POOLING_MAX, CUDNN_NOT_PROPAGATE_NAN, 2, 2, 0, 0, 2, 2),
          "a pooling can't be described");
  return pooling;
}

Shared<cudnnActivationDescriptor_t> describe_relu() {
  cudnnActivationDescriptor_t made = nullptr;
  require(cudnn().create_activation(&made), "no descriptor of an activation can be had");
  Shared<cudnnActivationDescriptor_t> relu(made, cudnn().destroy_activation);
  require(cudnn().set_activation(made, CUDNN_ACTIVATION_RELU, CUDNN_NOT_PROPAGATE_NAN, 0.0), "relu can't be described");
  return relu;
}

// sums += bias, then output = relu(sums).
Operation bias_relu_by_functions(const Setting& setting, const Images& sums, const Images& bias, const Images& output) {
  const Described x(sums, setting.layout), b(bias, setting.layout), y(output, setting.layout);
  const auto add = [x, b, handle = setting.libraries->cudnn_handle()] {
    require(cudnn().add_tensor(handle, &one, b.descriptor, b.memory, &one, x.descriptor, x.memory),
            "a bias can't be added");
  };
  const auto relu = [x, y, relu = describe_relu(), handle = setting.libraries->cudnn_handle()] {
    require(cudnn().activation_forward(handle, relu.get(), &one, x.descriptor, x.memory, &zero, y.descriptor, y.memory),
            "relu fails");
  };
  return {.plan = "cudnnAddTensor, cudnnActivationForward", .calls = {add, relu}};
}

Operation relu_gradient_by_function(const Setting& setting, const Images& output, const Images& output_gradient,
                                    const Images& input_gradient) {
  const Described y(output, setting.layout), dy(output_gradient, setting.layout), dx(input_gradient, setting.layout);
  const auto call = [y, dy, dx, relu = describe_relu(), handle = setting.libraries->cudnn_handle()] {
    // Relu's input, which is gone, is positive where its output is.
    require(cudnn().activation_backward(handle, relu.get(), &one, y.descriptor, y.memory, dy.descriptor, dy.memory,
                                        y.descriptor, y.memory, &zero, dx.descriptor, dx.memory),
            "relu's gradient fails");
  };
  return {.plan = "cudnnActivationBackward", .calls = {call}};
}

Operation bias_gradient_by_function(const Setting& setting, const Images& output_gradient,
                                    const Images& bias_gradient) {
  const Described dy(output_gradient, setting.layout), db(bias_gradient, setting.layout);
  const auto call = [dy, db, handle = setting.libraries->cudnn_handle()] {
    require(cudnn().bias_gradient(handle, &one, dy.descriptor, dy.memory, &zero, db.descriptor, db.memory),
            "a bias's gradient fails");
  };
  return {.plan = "cudnnConvolutionBackwardBias", .calls = {call}};
}

// Keeps memory for as long as an operation that uses it.
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
              {bias_relu_graph(setting, sums, bias, output), bias_relu_by_functions(setting, sums, bias, output)});
  return fastest(stream, "a convolution",
                 {convolution_bias_relu_graph(setting, input, weights, bias, output),
                  keep(then(convolution_graph(setting, input, weights, sums), bias_relu), memory)});
}

Operation convolution_input_gradient(const Setting& setting, const Images& output_gradient, const Images& weights,
                                     const Images& input_gradient) {
  return fastest(setting.libraries->stream(), "a convolution's input gradient",
                 {convolution_input_gradient_graph(setting, output_gradient, weights, input_gradient)});
}

Operation convolution_weight_gradient(const Setting& setting, const Images& input, const Images& output_gradient,
                                      const Images& weight_gradient) {
  return fastest(setting.libraries->stream(), "a convolution's weight gradient",
                 {convolution_weight_gradient_graph(setting, input, output_gradient, weight_gradient)});
}

Operation bias_gradient(const Setting& setting, const Images& output_gradient, const Images& bias_gradient) {
  return fastest(setting.libraries->stream(), "a bias's gradient",
                 {bias_gradient_graph(setting, output_gradient, bias_gradient),
                  bias_gradient_by_function(setting, output_gradient, bias_gradient)});
}

Operation relu_bias_gradient(const Setting& setting, const Images& output, const Images& output_gradient,
                             const Images& input_gradient, const Images& bias_gradient_place) {
  const cuda::Stream stream = setting.libraries->stream();
  const Operation relu = fastest(stream, "relu's gradient",
                                 {relu_gradient_graph(setting, output, output_gradient, input_gradient),
                                  relu_gradient_by_function(setting, output, output_gradient, input_gradient)});
  const Operation bias = bias_gradient(setting, input_gradient, bias_gradient_place);
  return fastest(stream, "relu's and a bias's gradients",
                 {relu_bias_gradient_graph(setting, output, output_gradient, input_gradient, bias_gradient_place),
                  then(relu, bias)});
}

// The frontend has no gradient of a pooling.
Operation max_pooling(const Setting& setting, const Images& input, const Images& output) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const auto call = [x, y, pooling = describe_pooling(), handle = setting.libraries->cudnn_handle()] {
    require(cudnn().pooling_forward(handle, pooling.get(), &one, x.descriptor, x.memory, &zero, y.descriptor, y.memory),
            "pooling fails");
  };
  return {.plan = "cudnnPoolingForward", .calls = {call}};
}

Operation max_pooling_gradient(const Setting& setting, const Images& input, const Images& output,
                               const Images& output_gradient, const Images& input_gradient) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const Described dy(output_gradient, setting.layout), dx(input_gradient, setting.layout);
  const auto call = [x, y, dy, dx, pooling = describe_pooling(), handle = setting.libraries->cudnn_handle()] {
    require(cudnn().pooling_backward(handle, pooling.get(), &one, y.descriptor, y.memory, dy.descriptor, dy.memory,
                                     x.descriptor, x.memory, &zero, dx.descriptor, dx.memory),
            "pooling's gradient fails");
  };
  return {.plan = "cudnnPoolingBackward", .calls = {call}};
}

Operation log_softmax(const Setting& setting, const Matrix& input, const Matrix& output) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const auto call = [x, y, handle = setting.libraries->cudnn_handle()] {
    require(cudnn().softmax_forward(handle, CUDNN_SOFTMAX_LOG, CUDNN_SOFTMAX_MODE_CHANNEL, &one, x.descriptor, x.memory,
                                    &zero, y.descriptor, y.memory),
            "softmax fails");
  };
  return {.plan = "cudnnSoftmaxForward", .calls = {call}};
}

Operation log_softmax_gradient(const Setting& setting, const Matrix& output, const Matrix& output_gradient,
                               float factor, const Matrix& input_gradient) {
  const Described y(output, setting.layout), dy(output_gradient, setting.layout), dx(input_gradient, setting.layout);
  const auto call = [y, dy, dx, factor, handle = setting.libraries->cudnn_handle()] {
    require(cudnn().softmax_backward(handle, CUDNN_SOFTMAX_LOG, CUDNN_SOFTMAX_MODE_CHANNEL, &factor, y.descriptor,
                                     y.memory, dy.descriptor, dy.memory, &zero, dx.descriptor, dx.memory),
            "softmax's gradient fails");
  };
  return {.plan = "cudnnSoftmaxBackward", .calls = {call}};
}

Operation add_scaled(const Setting& setting, const float* factor, cuda::Address from, cuda::Address to,
                     std::int64_t count) {
  // A flat vector is one image's row.
  const Described x({.address = from, .width = count}, Layout::nchw), y({.address = to, .width = count}, Layout::nchw);
  const auto call = [x, y, factor, handle = setting.libraries->cudnn_handle()] {
    require(cudnn().add_tensor(handle, factor, x.descriptor, x.memory, &one, y.descriptor, y.memory),
            "an update fails");
  };
  return {.plan = "cudnnAddTensor", .calls = {call}};
}

}  // namespace nestwright::cudnn
