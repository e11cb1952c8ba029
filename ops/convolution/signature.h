#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ops/signature/signature.h"

// Parts of the signatures of convolutions, and of convolutions that are fused with what follows them. Each function
// reads what it needs of these parameters of a shape: lanes, width and height (of the input, in pixels), in_channels,
// out_channels, kernel_width, kernel_height, stride, padding and dilation.
namespace nestwright::convolution {

// The parameters named above. Stride, padding and dilation have defaults, and may be left out of a shape.
std::vector<ShapeParameter> parameters();

// The extents of the output in pixels; 0 where the kernel does not fit into the padded input.
std::int64_t output_width(const Shape& shape);
std::int64_t output_height(const Shape& shape);

// The convolution's input, called `name`: (lane, x, y, c, block).
TensorSpec input(const Shape& shape, std::string name);

// The kernels' weights, called `name`: (kx, ky, ci, co), which is PyTorch's order in memory.
TensorSpec weight(const Shape& shape, std::string name);

// One value for each channel, (co), called `name`. `channels` is the parameter of the shape that says how many there
// are.
TensorSpec channel_vector(const Shape& shape, std::string name, const char* channels);

// Floating-point operations of one block of images: 2 for each multiply-add.
std::int64_t flops(const Shape& shape);

}  // namespace nestwright::convolution
