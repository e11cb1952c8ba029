#pragma once

#include "bench/cudnn/cudnn_graphs.h"

// The operators of a small convolutional network by cuDNN. Each is made ready for fixed tensors, by the fastest of all
// ways that cuDNN has: as one graph, as several, or by the functions of its older interface, which some graphs lack
// engines for. All throw Error (where: "cudnn") where there is no way.
namespace nestwright::cudnn {

// output = relu(input * weights + bias): unpadded, with stride 1.
Operation convolution_bias_relu(const Setting& setting, const Images& input, const Images& weights, const Images& bias,
                                const Images& output);
Operation convolution_input_gradient(const Setting& setting, const Images& output_gradient, const Images& weights,
                                     const Images& input_gradient);
Operation convolution_weight_gradient(const Setting& setting, const Images& input, const Images& output_gradient,
                                      const Images& weight_gradient);

// The gradients of relu's input and of the bias before it.
Operation relu_bias_gradient(const Setting& setting, const Images& output, const Images& output_gradient,
                             const Images& input_gradient, const Images& bias_gradient);
// Sums over images and pixels.
Operation bias_gradient(const Setting& setting, const Images& output_gradient, const Images& bias_gradient);

// Windows of 2x2 pixels with stride 2.
Operation max_pooling(const Setting& setting, const Images& input, const Images& output);
Operation max_pooling_gradient(const Setting& setting, const Images& input, const Images& output,
                               const Images& output_gradient, const Images& input_gradient);

// The logarithm of softmax over the columns, and the gradient of its input times `factor`.
Operation log_softmax(const Setting& setting, const Matrix& input, const Matrix& output);
Operation log_softmax_gradient(const Setting& setting, const Matrix& output, const Matrix& output_gradient,
                               float factor, const Matrix& input_gradient);

// to += *factor * from, whatever *factor is when it is issued.
Operation add_scaled(const Setting& setting, const float* factor, cuda::Address from, cuda::Address to,
                     std::int64_t count);

}  // namespace nestwright::cudnn
