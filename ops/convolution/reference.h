#pragma once

#include <cstdint>
#include <functional>

#include "ops/reference/families.h"

namespace nestwright::reference {

// The outputs of the operators of these names for a complete `shape`, as plain loops; the references of fused operators
// call them, too. Activations are (lane, x, y, channel, block), weights (kx, ky, ci, co), biases (co). `previous` is
// the gradient that earlier calls summed up; the result is the sum with it.
Tensor conv2d(const Shape& shape, const Tensor& input, const Tensor& weight, const Tensor& bias);
Tensor conv2d_input_gradient(const Shape& shape, const Tensor& output_gradient, const Tensor& weight);
Tensor conv2d_weight_gradient(const Shape& shape, const Tensor& input, const Tensor& output_gradient,
                              const Tensor& previous);
Tensor conv2d_bias_gradient(const Tensor& output_gradient, const Tensor& previous);

// The extents of conv2d's output along x and y in pixels: (input + 2 padding - dilation (kernel - 1) - 1) / stride + 1,
// rounded down. The kernel must fit into the padded input.
std::int64_t conv2d_output_width(const Shape& shape);
std::int64_t conv2d_output_height(const Shape& shape);

}  // namespace nestwright::reference
