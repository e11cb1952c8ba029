#include "bench/rivals/cudnn/cudnn_functions.h"

namespace nestwright::cudnn {

Operation add_bias(const Setting& setting, const Images& bias, const Images& sums) {
  const Described b(bias, setting.layout), x(sums, setting.layout);
  const auto call = [b, x, handle = setting.libraries->cudnn_handle()] {
    require(cudnn().add_tensor(handle, &one, b.descriptor, b.memory, &one, x.descriptor, x.memory),
            "a bias can't be added");
  };
  return {.plan = "cudnnAddTensor", .calls = {call}};
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

Operation activation(const Setting& setting, cudnnActivationMode_t mode, const Images& input, const Images& output) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const auto call = [x, y, shared = describe_activation(mode), handle = setting.libraries->cudnn_handle()] {
    require(
        cudnn().activation_forward(handle, shared.get(), &one, x.descriptor, x.memory, &zero, y.descriptor, y.memory),
        "an activation fails");
  };
  return {.plan = "cudnnActivationForward", .calls = {call}};
}

Operation activation_gradient(const Setting& setting, cudnnActivationMode_t mode, const Images& output,
                              const Images& output_gradient, const Images& input_gradient) {
  const Described y(output, setting.layout), dy(output_gradient, setting.layout), dx(input_gradient, setting.layout);
  const auto call = [y, dy, dx, shared = describe_activation(mode), handle = setting.libraries->cudnn_handle()] {
    // In place of the input, the output: relu's input is positive where its output is, and the gradients of sigmoid and
    // tanh are functions of the output.
    require(cudnn().activation_backward(handle, shared.get(), &one, y.descriptor, y.memory, dy.descriptor, dy.memory,
                                        y.descriptor, y.memory, &zero, dx.descriptor, dx.memory),
            "an activation's gradient fails");
  };
  return {.plan = "cudnnActivationBackward", .calls = {call}};
}

Operation pooling(const Setting& setting, const Pooling& windows, const Images& input, const Images& output) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const auto call = [x, y, shared = describe_pooling(windows.mode, windows.window, windows.stride),
                     handle = setting.libraries->cudnn_handle()] {
    require(cudnn().pooling_forward(handle, shared.get(), &one, x.descriptor, x.memory, &zero, y.descriptor, y.memory),
            "pooling fails");
  };
  return {.plan = "cudnnPoolingForward", .calls = {call}};
}

Operation pooling_gradient(const Setting& setting, const Pooling& windows, const Images& input, const Images& output,
                           const Images& output_gradient, const Images& input_gradient) {
  const Described x(input, setting.layout), y(output, setting.layout);
  const Described dy(output_gradient, setting.layout), dx(input_gradient, setting.layout);
  const auto call = [x, y, dy, dx, shared = describe_pooling(windows.mode, windows.window, windows.stride),
                     handle = setting.libraries->cudnn_handle()] {
    require(cudnn().pooling_backward(handle, shared.get(), &one, y.descriptor, y.memory, dy.descriptor, dy.memory,
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
