#include "bench/operator_cases.h"

namespace nestwright::bench {
namespace {

constexpr std::int64_t lanes = 16;  // images of a block, as training on the processor has them as a rule

Shape convolution(std::int64_t size, std::int64_t in_channels, std::int64_t out_channels) {
  return {{"lanes", lanes},
          {"width", size},
          {"height", size},
          {"in_channels", in_channels},
          {"out_channels", out_channels},
          {"kernel_width", 5},
          {"kernel_height", 5}};
}

Shape pooling(std::int64_t size, std::int64_t channels) {
  return {{"lanes", lanes}, {"width", size}, {"height", size}, {"channels", channels}, {"window", 2}, {"stride", 2}};
}

Shape linear(std::int64_t in_features, std::int64_t out_features) {
  return {{"lanes", lanes}, {"in_features", in_features}, {"out_features", out_features}};
}

}  // namespace

std::vector<OperatorCase> lenet5_operators() {
  const Shape conv1 = convolution(32, 1, 6), conv2 = convolution(14, 6, 16);
  const Shape fc1 = linear(400, 120), fc2 = linear(120, 84);
  return {{"conv2d conv1", "conv2d", conv1},
          {"conv2d_weight_gradient conv1", "conv2d_weight_gradient", conv1},
          {"conv2d conv2", "conv2d", conv2},
          {"conv2d_input_gradient conv2", "conv2d_input_gradient", conv2},
          {"conv2d_weight_gradient conv2", "conv2d_weight_gradient", conv2},
          {"max_pool2d pool1", "max_pool2d", pooling(28, 6)},
          {"max_pool2d pool2", "max_pool2d", pooling(10, 16)},
          {"linear linear1", "linear", fc1},
          {"linear_input_gradient linear1", "linear_input_gradient", fc1},
          {"linear_weight_gradient linear1", "linear_weight_gradient", fc1},
          {"linear linear2", "linear", fc2},
          {"linear_weight_gradient linear2", "linear_weight_gradient", fc2}};
}

}  // namespace nestwright::bench
