#include "ops/convolution/signature.h"

#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace convolution {

std::vector<ShapeParameter> parameters() {
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

TensorSpec weight(const Shape& s, std::string name) {
  return {.name = std::move(name),
          .dimensions = {{"kx", s.at("kernel_width")},
                         {"ky", s.at("kernel_height")},
                         {"ci", s.at("in_channels")},
                         {"co", s.at("out_channels")}}};
}

TensorSpec channel_vector(const Shape& s, std::string name, const char* channels) {
  return {.name = std::move(name), .dimensions = {{"co", s.at(channels)}}};
}

std::int64_t flops(const Shape& s) {
  return 2 * s.at("lanes") * output_width(s) * output_height(s) * s.at("out_channels") * s.at("in_channels") *
         s.at("kernel_width") * s.at("kernel_height");
}

}  // namespace convolution

namespace {

using convolution::channel_vector;
using convolution::input;
using convolution::weight;

TensorSpec output(const Shape& s, std::string name) {
  return activation(std::move(name), s, convolution::output_width(s), convolution::output_height(s),
                    s.at("out_channels"));
}

}  // namespace

std::vector<Signature> convolution_signatures() {
  return {
      {.name = "conv2d",
       .summary = "output(x, y, co) = bias(co) + sum over kx, ky, ci of weight(kx, ky, ci, co) * input(x*stride + "
                  "kx*dilation - padding, y*stride + ky*dilation - padding, ci)",
       .parameters = convolution::parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), weight(s, "weight"), channel_vector(s, "bias", "out_channels")};
           },
       .outputs = [](const Shape& s) { return std::vector{output(s, "output")}; },
       .flops = convolution::flops},
      {.name = "conv2d_input_gradient",
       .summary = "the transposed convolution of output_gradient with weight",
       .parameters = convolution::parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{output(s, "output_gradient"), weight(s, "weight")};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = convolution::flops},
      {.name = "conv2d_weight_gradient",
       .summary = "previous + the correlation of input with output_gradient, summed over images",
       .parameters = convolution::parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{input(s, "input"), output(s, "output_gradient"), weight(s, "previous")};
           },
       .outputs = [](const Shape& s) { return std::vector{in_place(weight(s, "weight_gradient"), "previous")}; },
       .flops = convolution::flops},
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

}  // namespace nestwright
