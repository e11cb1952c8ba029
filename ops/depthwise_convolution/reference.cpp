#include "ops/convolution/reference.h"

#include "ops/reference/families.h"
#include "ops/reference/number.h"

namespace nestwright::reference {
namespace {

Tensor depthwise_conv2d(const Shape& s, const Tensor& input, const Tensor& weight, const Tensor& bias) {
  const std::int64_t stride = s.at("stride"), padding = s.at("padding"), dilation = s.at("dilation");
  const std::int64_t width = s.at("width"), height = s.at("height");
  const auto output_at = [&](auto lane, auto x, auto y, auto c, auto block) {
    Sum sum;
    sum.add(bias(c));
    for (std::int64_t ky = 0; ky < s.at("kernel_height"); ++ky) {
      for (std::int64_t kx = 0; kx < s.at("kernel_width"); ++kx) {
        const std::int64_t u = x * stride + kx * dilation - padding, v = y * stride + ky * dilation - padding;
        if (u < 0 || u >= width || v < 0 || v >= height) continue;
        sum.add_product(weight(kx, ky, c), input(lane, u, v, c, block));
      }
    }
    return sum.number();
  };
  Tensor output({input.extent(0), conv2d_output_width(s), conv2d_output_height(s), input.extent(3), input.extent(4)});
  for (std::int64_t block = 0; block < output.extent(4); ++block) {
    for (std::int64_t c = 0; c < output.extent(3); ++c) {
      for (std::int64_t y = 0; y < output.extent(2); ++y) {
        for (std::int64_t x = 0; x < output.extent(1); ++x) {
          for (std::int64_t lane = 0; lane < output.extent(0); ++lane) {
            output(lane, x, y, c, block) = output_at(lane, x, y, c, block);
          }
        }
      }
    }
  }
  return output;
}

}  // namespace

References depthwise_convolution_references() {
  return {{"depthwise_conv2d", {[](const Shape& s, const Tensors& in) -> Tensors {
             return {{"output", depthwise_conv2d(s, in.at("input"), in.at("weight"), in.at("bias"))}};
           }}}};
}

}  // namespace nestwright::reference
