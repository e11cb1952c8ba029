#include "ops/signature/tensor_specs.h"

namespace nestwright {

TensorSpec activation(std::string name, const Shape& shape, std::int64_t width, std::int64_t height,
                      std::int64_t channels, DataType type) {
  return {.name = std::move(name),
          .type = type,
          .dimensions = {
              {"lane", shape.at("lanes")}, {"x", width}, {"y", height}, {"c", channels}, {"block", dynamic_extent}}};
}

TensorSpec features(std::string name, const Shape& shape, std::int64_t count) {
  return {.name = std::move(name),
          .dimensions = {{"lane", shape.at("lanes")}, {"feature", count}, {"block", dynamic_extent}}};
}

TensorSpec per_image(std::string name, const Shape& shape, DataType type) {
  return {
      .name = std::move(name), .type = type, .dimensions = {{"lane", shape.at("lanes")}, {"block", dynamic_extent}}};
}

TensorSpec pixels(std::string name, const Shape& shape) {
  return {.name = std::move(name),
          .type = DataType::uint8,
          .dimensions = {{"x", shape.at("width")}, {"y", shape.at("height")}, {"image", dynamic_extent}}};
}

TensorSpec scalar(std::string name, DataType type) { return {.name = std::move(name), .type = type, .dimensions = {}}; }

TensorSpec number_of_step(std::string name) { return {.name = std::move(name), .dimensions = {{"step", 1}}}; }

TensorSpec in_place(TensorSpec spec, std::string input) {
  spec.in_place_of = std::move(input);
  return spec;
}

std::int64_t window_count(std::int64_t input, std::int64_t window, std::int64_t stride, std::int64_t padding,
                          std::int64_t dilation) {
  const std::int64_t slack = input + 2 * padding - dilation * (window - 1) - 1;
  return slack < 0 ? 0 : slack / stride + 1;
}

}  // namespace nestwright
