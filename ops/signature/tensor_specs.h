#pragma once

#include <cstdint>
#include <string>

#include "ops/signature/signature.h"

// The tensors that operators of several families take and give. Dimensions are listed innermost first; `lanes` images
// are a block, and the number of blocks is known only when a kernel is called.
namespace nestwright {

// The activations of images, as they are between layers: (lane, x, y, c, block), with the number of lanes that `shape`
// has.
TensorSpec activation(std::string name, const Shape& shape, std::int64_t width, std::int64_t height,
                      std::int64_t channels, DataType type = DataType::float32);

// `count` values of each image, which have no pixel: (lane, feature, block), float32.
TensorSpec features(std::string name, const Shape& shape, std::int64_t count);

// One value of each image, such as a label, an index or a loss: (lane, block).
TensorSpec per_image(std::string name, const Shape& shape, DataType type = DataType::float32);

// The grey images of a whole data set: (x, y, image), a byte a pixel, of the shape's width and height.
TensorSpec pixels(std::string name, const Shape& shape);

// A number that a kernel is given by value.
TensorSpec scalar(std::string name, DataType type = DataType::float32);

// A number that changes with the steps of a training, as a float32 tensor of one element: TensorSpec::is_of_step().
TensorSpec number_of_step(std::string name);

// The output `spec`, marked as one that may be given the memory of the input called `input`: TensorSpec::in_place_of.
TensorSpec in_place(TensorSpec spec, std::string input);

// How many windows there are along one axis of a convolution or pooling, all extents in pixels:
// floor((input + 2 padding - dilation (window - 1) - 1) / stride) + 1; 0 where not one fits.
std::int64_t window_count(std::int64_t input, std::int64_t window, std::int64_t stride, std::int64_t padding = 0,
                          std::int64_t dilation = 1);

}  // namespace nestwright
