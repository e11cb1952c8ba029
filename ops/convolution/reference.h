#pragma once

#include <cstdint>
#include <functional>

#include "ops/reference/families.h"

namespace nestwright::reference {

// The convolutions by themselves; the fused forms call them.
Tensor conv2d(const Shape& shape, const Tensor& input, const Tensor& weight, const Tensor& bias);
Tensor conv2d_input_gradient(const Shape& shape, const Tensor& output_gradient, const Tensor& weight);
Tensor conv2d_weight_gradient(const Shape& shape, const Tensor& input, const Tensor& output_gradient,
                              const Tensor& previous);
Tensor conv2d_bias_gradient(const Tensor& output_gradient, const Tensor& previous);

// (extent + 2 padding - dilation (kernel - 1) - 1) / stride + 1 along x and y.
std::int64_t conv2d_output_width(const Shape& shape);
std::int64_t conv2d_output_height(const Shape& shape);

}  // namespace nestwright::reference
