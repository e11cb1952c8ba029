#pragma once

#include "bench/rivals/cudnn/cudnn_functions.h"

// The operators of a small convolutional network by cuDNN. Each is made ready for fixed tensors, by the fastest way
// that cuDNN has: as one graph, as several, or by the functions of its older interface (cudnn_functions.h). All throw
// Error (where: "cudnn") where there is no way.
namespace nestwright::cudnn {

// output = relu(input * weights + bias), and the gradients of the convolution in it, without padding and with stride 1.
Operation convolution_bias_relu(const Setting& setting, const Images& input, const Images& weights, const Images& bias,
                                const Images& output);
Operation convolution_input_gradient(const Setting& setting, const Images& output_gradient, const Images& weights,
                                     const Images& input_gradient);
Operation convolution_weight_gradient(const Setting& setting, const Images& input, const Images& output_gradient,
                                      const Images& weight_gradient);

// input_gradient = output_gradient where relu's output is positive, else 0.
Operation relu_gradient(const Setting& setting, const Images& output, const Images& output_gradient,
                        const Images& input_gradient);
// The same, and writes the gradient of the bias that was added before relu, a value for each channel.
Operation relu_bias_gradient(const Setting& setting, const Images& output, const Images& output_gradient,
                             const Images& input_gradient, const Images& bias_gradient_place);
// The gradient of a bias, a value for each channel: the sum of output_gradient over images and pixels.
Operation bias_gradient(const Setting& setting, const Images& output_gradient, const Images& bias_gradient_place);

// The maxima of windows of 2x2 pixels with stride 2, and their gradient.
Operation max_pooling(const Setting& setting, const Images& input, const Images& output);
Operation max_pooling_gradient(const Setting& setting, const Images& input, const Images& output,
                               const Images& output_gradient, const Images& input_gradient);

}  // namespace nestwright::cudnn
