#pragma once

#include "bench/rivals/cudnn/descriptors.h"

// Operations by the functions of cuDNN's older interface: one call each, without a search among engines. They compute
// what graphs have no engines for, and references: their convolutions are algorithms with names, which compute plain
// sums on every device. All throw Error (where: "cudnn").
namespace nestwright::cudnn {

// output = input * weights, in input.channels / weights.channels groups of channels, and its gradients. They are
// implicit matrix products, without the transforms of Winograd or Fourier.
Operation convolution_by_function(const Setting& setting, const Images& input, const Images& weights,
                                  const Windows& windows, const Images& output);
Operation convolution_input_gradient_by_function(const Setting& setting, const Images& output_gradient,
                                                 const Images& weights, const Windows& windows,
                                                 const Images& input_gradient);
Operation convolution_weight_gradient_by_function(const Setting& setting, const Images& input,
                                                  const Images& output_gradient, const Windows& windows,
                                                  const Images& weight_gradient);

// sums += bias, which has a value for each channel.
Operation add_bias(const Setting& setting, const Images& bias, const Images& sums);
// bias_gradient, a value for each channel, becomes the sum of output_gradient over images and pixels.
Operation bias_gradient_by_function(const Setting& setting, const Images& output_gradient, const Images& bias_gradient);

// `mode`: relu, sigmoid or tanh. The gradient is computed from the output; it needs no input, which a network does not
// keep.
Operation activation(const Setting& setting, cudnnActivationMode_t mode, const Images& input, const Images& output);
Operation activation_gradient(const Setting& setting, cudnnActivationMode_t mode, const Images& output,
                              const Images& output_gradient, const Images& input_gradient);

// The maxima or means of windows of `window` x `window` pixels, and their gradients.
struct Pooling {
  cudnnPoolingMode_t mode = CUDNN_POOLING_MAX;
  std::int64_t window = 2;  // in pixels, like the stride
  std::int64_t stride = 2;
};
Operation pooling(const Setting& setting, const Pooling& windows, const Images& input, const Images& output);
Operation pooling_gradient(const Setting& setting, const Pooling& windows, const Images& input, const Images& output,
                           const Images& output_gradient, const Images& input_gradient);

// The logarithm of softmax over the columns of each row, and the gradient of its input, multiplied by `factor`.
Operation log_softmax(const Setting& setting, const Matrix& input, const Matrix& output);
Operation log_softmax_gradient(const Setting& setting, const Matrix& output, const Matrix& output_gradient,
                               float factor, const Matrix& input_gradient);

// to += *factor * from, for `count` values. *factor is read each time the operation is issued.
Operation add_scaled(const Setting& setting, const float* factor, cuda::Address from, cuda::Address to,
                     std::int64_t count);

}  // namespace nestwright::cudnn
