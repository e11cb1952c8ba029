#include "ops/pooling/reference.h"

#include "ops/reference/families.h"

namespace nestwright::reference {
namespace {

// Calls visit(lane, x, y, c, block) for every element of `windows`, whose x and y number the windows of a pooling.
template <typename Visit>
void for_each_window(const Tensor& windows, Visit visit) {
  for (std::int64_t block = 0; block < windows.extent(4); ++block) {
    for (std::int64_t c = 0; c < windows.extent(3); ++c) {
      for (std::int64_t y = 0; y < windows.extent(2); ++y) {
        for (std::int64_t x = 0; x < windows.extent(1); ++x) {
          for (std::int64_t lane = 0; lane < windows.extent(0); ++lane) visit(lane, x, y, c, block);
        }
      }
    }
  }
}

Tensor windows_of(const Tensor& input, std::int64_t window, std::int64_t stride) {
  return Tensor({input.extent(0), (input.extent(1) - window) / stride + 1, (input.extent(2) - window) / stride + 1,
                 input.extent(3), input.extent(4)});
}

Tensor avg_pool2d(const Tensor& input, std::int64_t window, std::int64_t stride) {
  Tensor output = windows_of(input, window, stride);
  for_each_window(output, [&](auto lane, auto x, auto y, auto c, auto block) {
    Sum sum;
    for (std::int64_t wy = 0; wy < window; ++wy) {
      for (std::int64_t wx = 0; wx < window; ++wx) sum.add(input(lane, x * stride + wx, y * stride + wy, c, block));
    }
    output(lane, x, y, c, block) = sum.number() / Number(static_cast<double>(window * window));
  });
  return output;
}

Tensor avg_pool2d_gradient(const Tensor& output_gradient, std::int64_t width, std::int64_t height, std::int64_t window,
                           std::int64_t stride) {
  Tensor input_gradient(
      {output_gradient.extent(0), width, height, output_gradient.extent(3), output_gradient.extent(4)});
  for_each_window(output_gradient, [&](auto lane, auto x, auto y, auto c, auto block) {
    const Number share = output_gradient(lane, x, y, c, block) / Number(static_cast<double>(window * window));
    for (std::int64_t wy = 0; wy < window; ++wy) {
      for (std::int64_t wx = 0; wx < window; ++wx) {
        Number& gradient = input_gradient(lane, x * stride + wx, y * stride + wy, c, block);
        gradient = gradient + share;
      }
    }
  });
  return input_gradient;
}

}  // namespace

Pooled max_pool2d(const Tensor& input, std::int64_t window, std::int64_t stride) {
  Pooled pooled{windows_of(input, window, stride), windows_of(input, window, stride)};
  for_each_window(pooled.output, [&](auto lane, auto x, auto y, auto c, auto block) {
    Number largest = input(lane, x * stride, y * stride, c, block);
    double place = 0, error = 0;
    for (std::int64_t wy = 0; wy < window; ++wy) {
      for (std::int64_t wx = 0; wx < window; ++wx) {
        const Number candidate = input(lane, x * stride + wx, y * stride + wy, c, block);
        error = std::max(error, candidate.error);
        if (candidate.value <= largest.value) continue;
        largest = candidate;
        place = static_cast<double>(wy * window + wx);
      }
    }
    pooled.output(lane, x, y, c, block) = {largest.value, error};
    pooled.argmax(lane, x, y, c, block) = place;
  });
  return pooled;
}

Tensor max_pool2d_gradient(const Tensor& output_gradient, const Tensor& argmax, std::int64_t width, std::int64_t height,
                           std::int64_t window, std::int64_t stride) {
  Tensor input_gradient(
      {output_gradient.extent(0), width, height, output_gradient.extent(3), output_gradient.extent(4)});
  for_each_window(output_gradient, [&](auto lane, auto x, auto y, auto c, auto block) {
    const auto place = static_cast<std::int64_t>(argmax(lane, x, y, c, block).value);
    if (place >= window * window) return;
    Number& gradient = input_gradient(lane, x * stride + place % window, y * stride + place / window, c, block);
    gradient = gradient + output_gradient(lane, x, y, c, block);
  });
  return input_gradient;
}

namespace {

Tensors max_pool2d_outputs(const Shape& s, const Tensors& in) {
  Pooled pooled = max_pool2d(in.at("input"), s.at("window"), s.at("stride"));
  return {{"output", std::move(pooled.output)}, {"argmax", std::move(pooled.argmax)}};
}

Tensors max_pool2d_gradient_output(const Shape& s, const Tensors& in) {
  return {{"input_gradient", max_pool2d_gradient(in.at("output_gradient"), in.at("argmax"), s.at("width"),
                                                 s.at("height"), s.at("window"), s.at("stride"))}};
}

Tensors avg_pool2d_output(const Shape& s, const Tensors& in) {
  return {{"output", avg_pool2d(in.at("input"), s.at("window"), s.at("stride"))}};
}

Tensors avg_pool2d_gradient_output(const Shape& s, const Tensors& in) {
  return {{"input_gradient", avg_pool2d_gradient(in.at("output_gradient"), s.at("width"), s.at("height"),
                                                 s.at("window"), s.at("stride"))}};
}

double draw_with_argmax(Random& random, const std::string& input, const Shape& s) {
  return input == "argmax" ? random.integer(0, s.at("window") * s.at("window") - 1) : random.real();
}

}  // namespace

References pooling_references() {
  return {{"max_pool2d", {max_pool2d_outputs, draw_quarters}},
          {"max_pool2d_gradient", {max_pool2d_gradient_output, draw_with_argmax}},
          {"avg_pool2d", {avg_pool2d_output}},
          {"avg_pool2d_gradient", {avg_pool2d_gradient_output}}};
}

}  // namespace nestwright::reference
