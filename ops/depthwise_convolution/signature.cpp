#include "ops/convolution/signature.h"

#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {

std::vector<Signature> depthwise_convolution_signatures() {
  return {{
      .name = "depthwise_conv2d",
      .summary = "output(x, y, c) = bias(c) + sum over kx, ky of weight(kx, ky, c) * input(x*stride + kx*dilation - "
                 "padding, y*stride + ky*dilation - padding, c)",
      .parameters = {{"lanes"},
                     {"width"},
                     {"height"},
                     {"channels"},
                     {"kernel_width"},
                     {"kernel_height"},
                     {"stride", 1, true, 1},
                     {"padding", 0, true, 0},
                     {"dilation", 1, true, 1}},
      .inputs =
          [](const Shape& s) {
            const Dimension channels{"c", s.at("channels")};
            return std::vector<TensorSpec>{
                activation("input", s, s.at("width"), s.at("height"), s.at("channels")),
                {.name = "weight",
                 .dimensions = {{"kx", s.at("kernel_width")}, {"ky", s.at("kernel_height")}, channels}},
                {.name = "bias", .dimensions = {channels}}};
          },
      .outputs =
          [](const Shape& s) {
            return std::vector{
                activation("output", s, convolution::output_width(s), convolution::output_height(s), s.at("channels"))};
          },
      .flops =
          [](const Shape& s) {
            return 2 * s.at("lanes") * convolution::output_width(s) * convolution::output_height(s) * s.at("channels") *
                   s.at("kernel_width") * s.at("kernel_height");
          },
  }};
}

}  // namespace nestwright
