#include "ops/signature/bias_place.h"
#include "ops/signature/families.h"

namespace nestwright {
namespace {

std::vector<ShapeParameter> convolution_parameters() {
  return {{"lanes"},
          {"width"},
          {"height"},
          {"in_channels"},
          {"out_channels"},
          {"kernel_width"},
          {"kernel_height"},
          {"stride", 1, true, 1},
          {"padding", 0, true, 0},
          {"dilation", 1, true, 1}};
}

std::int64_t output_width(const Shape& s) {
  return window_count(s.at("width"), s.at("kernel_width"), s.at("stride"), s.at("padding"), s.at("dilation"));
}

std::int64_t output_height(const Shape& s) {
  return window_count(s.at("height"), s.at("kernel_height"), s.at("stride"), s.at("padding"), s.at("dilation"));
}

TensorSpec input(const Shape& s, std::string name) {
  return activation(std::move(name), s, s.at("width"), s.at("height"), s.at("in_channels"));
}

TensorSpec output(const Shape& s, std::string name) {
  return activation(std::move(name), s, output_width(s), output_height(s), s.at("out_channels"));
}

TensorSpec weight(const Shape& s, std::string name) {
  return {.name = std::move(name),
          .dimensions = {{"kx", s.at("kernel_width")},
                         {"ky", s.at("kernel_height")},
                         {"ci", s.at("in_channels")},
                         {"co", s.at("out_channels")}}};
}

std::int64_t multiply_adds(const Shape& s) {
  return s.at("lanes") * output_width(s) * output_height(s) * s.at("out_channels") * s.at("in_channels") *
         s.at("kernel_width") * s.at("kernel_height");
}

// The fused forms pool windows of `window` x `window` with stride `window`.
std::vector<ShapeParameter> fused_parameters() {
  auto parameters = convolution_parameters();
  parameters.push_back({"window", 1, true, 2});
  return parameters;
}

TensorSpec pooled(const Shape& s, std::string name, DataType type = DataType::float32) {
  return activation(std::move(name), s, output_width(s) / s.at("window"), output_height(s) / s.at("window"),
                    s.at("out_channels"), type);
}

TensorSpec channel_vector(const Shape& s, std::string name, const char* channels) {
  return {.name = std::move(name), .dimensions = {{"co", s.at(channels)}}};
}

Signature fused_forward(std::string name, std::string summary) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .parameters = fused_parameters(),
          .inputs =
              [](const Shape& s) {
                return std::vector{input(s, "input"), weight(s, "weight"), channel_vector(s, "bias", "out_channels")};
              },
          .outputs =
              [](const Shape& s) {
                return std::vector{pooled(s, "output"), pooled(s, "argmax", DataType::uint8)};
              },
          .flops = [](const Shape& s) { return 2 * multiply_adds(s); }};
}

}  // namespace

std::vector<Signature> convolution_signatures() {
  const auto flops = [](const Shape& s) { return 2 * multiply_adds(s); };
  return {
      {.name = "conv2d",
       .summary = "output(x, y, co) = bias(co) + sum over kx, ky, ci of weight(kx, ky, ci, co) * input(x*stride + "
                  "kx*dilation - padding, y*stride + ky*dilation - padding, ci)",
       .parameters = convolution_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), weight(s, "weight"), channel_vector(s, "bias", "out_channels")};
           },
       .outputs = [](const Shape& s) { return std::vector{output(s, "output")}; },
       .flops = flops},
      {.name = "conv2d_input_gradient",
       .summary = "the transposed convolution of output_gradient with weight",
       .parameters = convolution_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{output(s, "output_gradient"), weight(s, "weight")};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = flops},
      {.name = "conv2d_weight_gradient",
       .summary = "previous + the correlation of input with output_gradient, summed over images",
       .parameters = convolution_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), output(s, "output_gradient"), weight(s, "previous")};
           },
       .outputs = [](const Shape& s) { return std::vector{in_place(weight(s, "weight_gradient"), "previous")}; },
       .flops = flops},
      {.name = "conv2d_bias_gradient",
       .summary = "previous(co) + the sum of output_gradient over images, x and y",
       .parameters = {{"lanes"}, {"width"}, {"height"}, {"channels"}},
       .inputs =
           [](const Shape& s) {
             return std::vector{activation("output_gradient", s, s.at("width"), s.at("height"), s.at("channels")),
                                channel_vector(s, "previous", "channels")};
           },
       .outputs =
           [](const Shape& s) {
             return std::vector{in_place(channel_vector(s, "bias_gradient", "channels"), "previous")};
           },
       .flops = [](const Shape& s) { return s.at("lanes") * s.at("width") * s.at("height") * s.at("channels"); }},
  };
}

std::vector<Signature> fused_convolution_signatures() {
  const auto flops = [](const Shape& s) { return 2 * multiply_adds(s); };
  return {
      fused_forward("conv2d_relu_max_pool2d",
                    "max_pool2d(relu(conv2d)); argmax is the winner's place in its window, y * window + x, or "
                    "window * window where relu cut it"),
      fused_forward("conv2d_max_pool2d",
                    "max_pool2d(conv2d); argmax is the winner's place in its window, y * window + x"),
      {.name = "conv2d_max_pool2d_input_gradient",
       .summary = "the conv2d_input_gradient of output_gradient put back where argmax says",
       .parameters = fused_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{pooled(s, "output_gradient"), pooled(s, "argmax", DataType::uint8),
                                weight(s, "weight")};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = flops},
      {.name = "conv2d_max_pool2d_weight_gradient",
       .summary = "previous + the conv2d_weight_gradient of output_gradient put back where argmax says",
       .parameters = fused_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), pooled(s, "output_gradient"), pooled(s, "argmax", DataType::uint8),
                                weight(s, "previous")};
           },
       .outputs = [](const Shape& s) { return std::vector{in_place(weight(s, "weight_gradient"), "previous")}; },
       .flops = flops},
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
       .parameters = fused_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), pooled(s, "output_gradient"), pooled(s, "argmax", DataType::uint8)};
           },
       .outputs =
           [](const Shape& s) {
             const std::int64_t taps = s.at("kernel_width") * s.at("kernel_height") * s.at("in_channels");
             TensorSpec gradients = weight(s, "gradients");
             gradients.dimensions.back().extent = gradient_rows(taps, s.at("out_channels"), 2);
             gradients.dimensions.push_back({"block", dynamic_extent});
             return std::vector{gradients};
           },
       .flops = flops},
  };
}

}  // namespace nestwright
