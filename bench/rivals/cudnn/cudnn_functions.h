#pragma once

#include "bench/rivals/cudnn/descriptors.h"

// Operations by the functions of cuDNN's older interface: one call each, no search among engines. What graphs have no
// engines for is left to them; and their convolutions are algorithms with names, which are sums whatever the device.
// All throw Error (where: "cudnn").
namespace nestwright::cudnn {

// output = input * weights, in as many groups as weights have fewer channels than the input. By implicit matrix
// products: neither Winograd's transforms nor Fourier's.
Operation convolution_by_function(const Setting& setting, const Images& input, const Images& weights,
                                  const Windows& windows, const Images& output);
Operation convolution_input_gradient_by_function(const Setting& setting, const Images& output_gradient,
                                                 const Images& weights, const Windows& windows,
                                                 const Images& input_gradient);
Operation convolution_weight_gradient_by_function(const Setting& setting, const Images& input,
                                                  const Images& output_gradient, const Windows& windows,
                                                  const Images& weight_gradient);

// sums += bias, a value for each channel.
Operation add_bias(const Setting& setting, const Images& bias, const Images& sums);
// Sums over images and pixels.
Operation bias_gradient_by_function(const Setting& setting, const Images& output_gradient, const Images& bias_gradient);

// `mode`: relu, sigmoid or tanh. The gradient takes the output; the input, which is gone in a network, is left out.
Operation activation(const Setting& setting, cudnnActivationMode_t mode, const Images& input, const Images& output);
Operation activation_gradient(const Setting& setting, cudnnActivationMode_t mode, const Images& output,
                              const Images& output_gradient, const Images& input_gradient);

// Maxima or means of windows of `window` x `window` pixels.
struct Pooling {
  cudnnPoolingMode_t mode = CUDNN_POOLING_MAX;
  std::int64_t window = 2;
  std::int64_t stride = 2;
};
Operation pooling(const Setting& setting, const Pooling& windows, const Images& input, const Images& output);
Operation pooling_gradient(const Setting& setting, const Pooling& windows, const Images& input, const Images& output,
                           const Images& output_gradient, const Images& input_gradient);

// The logarithm of softmax over the columns, and the gradient of its input times `factor`.
Operation log_softmax(const Setting& setting, const Matrix& input, const Matrix& output);
Operation log_softmax_gradient(const Setting& setting, const Matrix& output, const Matrix& output_gradient,
                               float factor, const Matrix& input_gradient);

// to += *factor * from, whatever *factor is when it is issued.
Operation add_scaled(const Setting& setting, const float* factor, cuda::Address from, cuda::Address to,
                     std::int64_t count);

}  // namespace nestwright::cudnn
