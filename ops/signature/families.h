#pragma once

#include <vector>

#include "ops/signature/signature.h"

namespace nestwright {

// One function a file: the operators of one family.
std::vector<Signature> convolution_signatures();
std::vector<Signature> depthwise_convolution_signatures();
std::vector<Signature> pooling_signatures();
std::vector<Signature> fused_convolution_signatures();
std::vector<Signature> feature_extractor_signatures();
std::vector<Signature> linear_signatures();
std::vector<Signature> activation_signatures();
std::vector<Signature> loss_signatures();
std::vector<Signature> classifier_signatures();
std::vector<Signature> optimizer_signatures();
std::vector<Signature> layout_signatures();

// An activation of a batch block: (lane, x, y, channel, block), lane contiguous.
TensorSpec activation(std::string name, const Shape& shape, std::int64_t width, std::int64_t height,
                      std::int64_t channels, DataType type = DataType::float32);

// A feature vector of a batch block: (lane, feature, block), lane contiguous.
TensorSpec features(std::string name, const Shape& shape, std::int64_t count);

// One value an image: (lane, block).
TensorSpec per_image(std::string name, const Shape& shape, DataType type = DataType::float32);

// The data set's pixels: (x, y, image), bytes.
TensorSpec pixels(std::string name, const Shape& shape);

TensorSpec scalar(std::string name, DataType type = DataType::float32);

// TensorSpec::is_of_step().
TensorSpec number_of_step(std::string name);

// `spec`, allowed to share memory with the input `input`.
TensorSpec in_place(TensorSpec spec, std::string input);

// Output extent of a convolution or pooling window along one axis:
// floor((input + 2 padding - dilation (window - 1) - 1) / stride) + 1.
std::int64_t window_count(std::int64_t input, std::int64_t window, std::int64_t stride, std::int64_t padding = 0,
                          std::int64_t dilation = 1);

}  // namespace nestwright
