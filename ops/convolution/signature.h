#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ops/signature/signature.h"

// What the signatures of convolutions are made of, by themselves and fused with what follows them. Of a shape they read
// lanes, width and height (of the input), in_channels, out_channels, kernel_width, kernel_height, stride, padding and
// dilation.
namespace nestwright::convolution {

// All of these; stride, padding and dilation may be left out.
std::vector<ShapeParameter> parameters();

// In pixels.
std::int64_t output_width(const Shape& shape);
std::int64_t output_height(const Shape& shape);

// (lane, x, y, c, block) of the input's extents.
TensorSpec input(const Shape& shape, std::string name);

// (kx, ky, ci, co), PyTorch's order of weights.
TensorSpec weight(const Shape& shape, std::string name);

// A value an output channel: (co), as many as the shape's parameter `channels` says.
TensorSpec channel_vector(const Shape& shape, std::string name, const char* channels);

// 2 for each multiply-add of one block.
std::int64_t flops(const Shape& shape);

}  // namespace nestwright::convolution
