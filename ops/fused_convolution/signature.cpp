#include "ops/convolution/signature.h"

#include "ops/signature/bias_place.h"
#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

using convolution::channel_vector;
using convolution::input;
using convolution::weight;

// Windows of `window` x `window` are pooled with stride `window`.
std::vector<ShapeParameter> parameters() {
  auto all = convolution::parameters();
  all.push_back({"window", 1, true, 2});
  return all;
}

TensorSpec pooled(const Shape& s, std::string name, DataType type = DataType::float32) {
  return activation(std::move(name), s, convolution::output_width(s) / s.at("window"),
                    convolution::output_height(s) / s.at("window"), s.at("out_channels"), type);
}

Signature forward(std::string name, std::string summary) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .parameters = parameters(),
          .inputs =
              [](const Shape& s) {
                return std::vector{input(s, "input"), weight(s, "weight"), channel_vector(s, "bias", "out_channels")};
              },
          .outputs =
              [](const Shape& s) {
                return std::vector{pooled(s, "output"), pooled(s, "argmax", DataType::uint8)};
              },
          .flops = convolution::flops};
}

}  // namespace

std::vector<Signature> fused_convolution_signatures() {
  return {
      forward("conv2d_relu_max_pool2d",
              "max_pool2d(relu(conv2d)); argmax is the winner's place in its window, y * window + x, or "
              "window * window where relu cut it"),
      forward("conv2d_max_pool2d", "max_pool2d(conv2d); argmax is the winner's place in its window, y * window + x"),
      {.name = "conv2d_max_pool2d_input_gradient",
       .summary = "the conv2d_input_gradient of output_gradient put back where argmax says",
       .parameters = parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{pooled(s, "output_gradient"), pooled(s, "argmax", DataType::uint8),
                                weight(s, "weight")};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = convolution::flops},
      {.name = "conv2d_max_pool2d_weight_gradient",
       .summary = "previous + the conv2d_weight_gradient of output_gradient put back where argmax says",
       .parameters = parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), pooled(s, "output_gradient"), pooled(s, "argmax", DataType::uint8),
                                weight(s, "previous")};
           },
       .outputs = [](const Shape& s) { return std::vector{in_place(weight(s, "weight_gradient"), "previous")}; },
       .flops = convolution::flops},
      {.name = "conv2d_max_pool2d_bias_gradient",
       .summary = "previous(co) + the sum of output_gradient over images and windows that relu did not cut",
       .parameters = {{"lanes"}, {"width"}, {"height"}, {"channels"}, {"window", 1, true, 2}},
       .inputs =
           [](const Shape& s) {
             return std::vector{
                 activation("output_gradient", s, s.at("width"), s.at("height"), s.at("channels")),
                 activation("argmax", s, s.at("width"), s.at("height"), s.at("channels"), DataType::uint8),
                 channel_vector(s, "previous", "channels")};
           },
       .outputs =
           [](const Shape& s) {
             return std::vector{in_place(channel_vector(s, "bias_gradient", "channels"), "previous")};
           },
       .flops = [](const Shape& s) { return s.at("lanes") * s.at("width") * s.at("height") * s.at("channels"); }},
      {.name = "conv2d_max_pool2d_parameter_gradients",
       .summary = "what each block adds to the gradients of weights and biases: conv2d_max_pool2d_weight_gradient and, "
                  "where ops/signature/bias_place.h says, conv2d_max_pool2d_bias_gradient",
       .parameters = parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), pooled(s, "output_gradient"), pooled(s, "argmax", DataType::uint8)};
           },
       .outputs =
           [](const Shape& s) {
             const std::int64_t taps = s.at("kernel_width") * s.at("kernel_height") * s.at("in_channels");
             TensorSpec gradients = weight(s, "gradients");
             gradients.dimensions.back().extent = gradient_rows(taps, s.at("out_channels"), convolution_gradient_tile);
             gradients.dimensions.push_back({"block", dynamic_extent});
             return std::vector{gradients};
           },
       .flops = convolution::flops},
  };
}

}  // namespace nestwright
