#include "ops/convolution/reference.h"

#include <vector>

namespace nestwright::reference {
namespace {

std::int64_t output_extent(const Shape& s, const char* input, const char* kernel) {
  return (s.at(input) + 2 * s.at("padding") - s.at("dilation") * (s.at(kernel) - 1) - 1) / s.at("stride") + 1;
}

// Calls tap(x, y, u, v, kx, ky) for every output (x, y) and tap (kx, ky) that reads an existing input (u, v).
template <typename Tap>
void for_each_tap(const Shape& s, Tap tap) {
  const std::int64_t width = s.at("width"), height = s.at("height"), stride = s.at("stride");
  const std::int64_t padding = s.at("padding"), dilation = s.at("dilation");
  const std::int64_t kernel_width = s.at("kernel_width"), kernel_height = s.at("kernel_height");
  const std::int64_t output_width = conv2d_output_width(s), output_height = conv2d_output_height(s);
  for (std::int64_t y = 0; y < output_height; ++y) {
    for (std::int64_t x = 0; x < output_width; ++x) {
      for (std::int64_t ky = 0; ky < kernel_height; ++ky) {
        for (std::int64_t kx = 0; kx < kernel_width; ++kx) {
          const std::int64_t u = x * stride + kx * dilation - padding, v = y * stride + ky * dilation - padding;
          if (u >= 0 && u < width && v >= 0 && v < height) tap(x, y, u, v, kx, ky);
        }
      }
    }
  }
}

std::vector<Sum> sums_of(const Tensor& start) {
  std::vector<Sum> sums(start.elements().size());
  for (std::size_t n = 0; n < sums.size(); ++n) sums[n].add(start.elements()[n]);
  return sums;
}

Tensor numbers(const std::vector<Sum>& sums, std::vector<std::int64_t> extents) {
  Tensor tensor(std::move(extents));
  for (std::size_t n = 0; n < sums.size(); ++n) tensor.elements()[n] = sums[n].number();
  return tensor;
}

}  // namespace

std::int64_t conv2d_output_width(const Shape& shape) { return output_extent(shape, "width", "kernel_width"); }
std::int64_t conv2d_output_height(const Shape& shape) { return output_extent(shape, "height", "kernel_height"); }

Tensor conv2d(const Shape& s, const Tensor& input, const Tensor& weight, const Tensor& bias) {
  const std::int64_t lanes = input.extent(0), blocks = input.extent(4);
  const std::int64_t in_channels = weight.extent(2), out_channels = weight.extent(3);
  const std::int64_t width = conv2d_output_width(s), height = conv2d_output_height(s);
  Tensor output({lanes, width, height, out_channels, blocks});
  std::vector<Sum> sums(output.elements().size());
  const auto sum_at = [&](auto lane, auto x, auto y, auto co, auto block) -> Sum& {
    return sums[static_cast<std::size_t>(lane + lanes * (x + width * (y + height * (co + out_channels * block))))];
  };
  for (std::int64_t block = 0; block < blocks; ++block) {
    for (std::int64_t co = 0; co < out_channels; ++co) {
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for_each_tap(s, [&](auto x, auto y, auto u, auto v, auto kx, auto ky) {
          for (std::int64_t ci = 0; ci < in_channels; ++ci) {
            sum_at(lane, x, y, co, block).add_product(weight(kx, ky, ci, co), input(lane, u, v, ci, block));
          }
        });
        for (std::int64_t y = 0; y < height; ++y) {
          for (std::int64_t x = 0; x < width; ++x) sum_at(lane, x, y, co, block).add(bias(co));
        }
      }
    }
  }
  return numbers(sums, output.extents());
}

Tensor conv2d_input_gradient(const Shape& s, const Tensor& output_gradient, const Tensor& weight) {
  const std::int64_t lanes = output_gradient.extent(0), blocks = output_gradient.extent(4);
  const std::int64_t in_channels = weight.extent(2), out_channels = weight.extent(3);
  const std::int64_t width = s.at("width"), height = s.at("height");
  Tensor input_gradient({lanes, width, height, in_channels, blocks});
  std::vector<Sum> sums(input_gradient.elements().size());
  for (std::int64_t block = 0; block < blocks; ++block) {
    for (std::int64_t ci = 0; ci < in_channels; ++ci) {
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for_each_tap(s, [&](auto x, auto y, auto u, auto v, auto kx, auto ky) {
          const std::int64_t plane = ci + in_channels * block;
          Sum& sum = sums[static_cast<std::size_t>(lane + lanes * (u + width * (v + height * plane)))];
          for (std::int64_t co = 0; co < out_channels; ++co) {
            sum.add_product(weight(kx, ky, ci, co), output_gradient(lane, x, y, co, block));
          }
        });
      }
    }
  }
  return numbers(sums, input_gradient.extents());
}

Tensor conv2d_weight_gradient(const Shape& s, const Tensor& input, const Tensor& output_gradient,
                              const Tensor& previous) {
  const std::int64_t lanes = input.extent(0), blocks = input.extent(4);
  std::vector<Sum> sums = sums_of(previous);
  for (std::int64_t co = 0; co < previous.extent(3); ++co) {
    for (std::int64_t ci = 0; ci < previous.extent(2); ++ci) {
      for_each_tap(s, [&](auto x, auto y, auto u, auto v, auto kx, auto ky) {
        Sum& sum = sums[static_cast<std::size_t>(kx + previous.extent(0) *
                                                          (ky + previous.extent(1) * (ci + previous.extent(2) * co)))];
        for (std::int64_t block = 0; block < blocks; ++block) {
          for (std::int64_t lane = 0; lane < lanes; ++lane) {
            sum.add_product(input(lane, u, v, ci, block), output_gradient(lane, x, y, co, block));
          }
        }
      });
    }
  }
  return numbers(sums, previous.extents());
}

Tensor conv2d_bias_gradient(const Tensor& output_gradient, const Tensor& previous) {
  std::vector<Sum> sums = sums_of(previous);
  const std::int64_t image_lanes = output_gradient.extent(0) * output_gradient.extent(1) * output_gradient.extent(2);
  const std::int64_t channels = output_gradient.extent(3);
  for (std::size_t n = 0; n < output_gradient.elements().size(); ++n) {
    const std::int64_t channel = static_cast<std::int64_t>(n) / image_lanes % channels;
    sums[static_cast<std::size_t>(channel)].add(output_gradient.elements()[n]);
  }
  return numbers(sums, previous.extents());
}

References convolution_references() {
  return {
      {"conv2d", {[](const Shape& s, const Tensors& in) -> Tensors {
         return {{"output", conv2d(s, in.at("input"), in.at("weight"), in.at("bias"))}};
       }}},
      {"conv2d_input_gradient", {[](const Shape& s, const Tensors& in) -> Tensors {
         return {{"input_gradient", conv2d_input_gradient(s, in.at("output_gradient"), in.at("weight"))}};
       }}},
      {"conv2d_weight_gradient", {[](const Shape& s, const Tensors& in) -> Tensors {
         return {{"weight_gradient",
                  conv2d_weight_gradient(s, in.at("input"), in.at("output_gradient"), in.at("previous"))}};
       }}},
      {"conv2d_bias_gradient", {[](const Shape&, const Tensors& in) -> Tensors {
         return {{"bias_gradient", conv2d_bias_gradient(in.at("output_gradient"), in.at("previous"))}};
       }}},
  };
}

}  // namespace nestwright::reference
