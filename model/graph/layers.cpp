#include "model/graph/layers.h"

#include <fmt/format.h>

#include "ops/signature/tensor_specs.h"
#include "support/error.h"

namespace nestwright {
namespace {

// Far beyond any real network, and small enough that products of three fit 64 bits.
constexpr std::int64_t largest_extent = std::int64_t{1} << 20;
// A block of 16 images of this many float32 values fills the 2 GiB that a Halide buffer may have.
constexpr std::int64_t largest_size = (std::int64_t{1} << 31) / 64 - 1;
// The place of a maximum in its window is kept in a byte, one value of which says 'cut by relu'.
constexpr std::int64_t largest_max_pool_window = 15;

// The shape that a layer gives.
struct Inference {
  const ValueShape& input;
  const std::string& where;

  void require(const char* what, std::int64_t value, std::int64_t least, std::int64_t most = largest_extent) const {
    if (value >= least && value <= most) return;
    throw Error(where, fmt::format("{} is {}; expected {} to {}", what, value, least, most));
  }

  void require_image() const {
    if (!input.is_flat) return;
    throw Error(where, fmt::format("expected an image, but the layer before it gives {}; move it before Flatten",
                                   to_string(input)));
  }

  // The windows along both axes; `reach` is how far a window extends.
  ValueShape windows(std::int64_t window, std::int64_t stride, std::int64_t padding, std::int64_t dilation,
                     std::int64_t channels) const {
    require_image();
    const ValueShape output = {.width = window_count(input.width, window, stride, padding, dilation),
                               .height = window_count(input.height, window, stride, padding, dilation),
                               .channels = channels};
    if (output.width >= 1 && output.height >= 1) return output;
    const std::string padded = padding == 0 ? "" : fmt::format(" padded by {}", padding);
    const std::string dilated = dilation == 1 ? "" : fmt::format(" with dilation {}", dilation);
    throw Error(where, fmt::format("a {}x{} window{} does not fit an input of {}x{}{}", window, window, dilated,
                                   input.width, input.height, padded));
  }

  ValueShape pooled(std::int64_t window, std::int64_t stride, std::int64_t largest_window) const {
    require("the window", window, 1, largest_window);
    require("the stride", stride, 0);
    return windows(window, stride == 0 ? window : stride, 0, 1, input.channels);
  }

  ValueShape operator()(const Conv2d& layer) const {
    require("the number of output channels", layer.out_channels, 1);
    require("the kernel", layer.kernel, 1);
    require("the stride", layer.stride, 1);
    require("the padding", layer.padding, 0);
    require("the dilation", layer.dilation, 1);
    return windows(layer.kernel, layer.stride, layer.padding, layer.dilation, layer.out_channels);
  }

  ValueShape operator()(const Linear& layer) const {
    require("the number of features", layer.features, 1);
    if (!input.is_flat) {
      throw Error(where, fmt::format("expected features, but the layer before it gives an image of {}; put Flatten "
                                     "before it",
                                     to_string(input)));
    }
    return {.channels = layer.features, .is_flat = true};
  }

  ValueShape operator()(const MaxPool2d& layer) const {
    return pooled(layer.window, layer.stride, largest_max_pool_window);
  }
  ValueShape operator()(const AvgPool2d& layer) const { return pooled(layer.window, layer.stride, largest_extent); }
  ValueShape operator()(const Flatten&) const { return {.channels = input.size(), .is_flat = true}; }
  ValueShape operator()(const Relu&) const { return input; }
  ValueShape operator()(const Tanh&) const { return input; }
  ValueShape operator()(const Sigmoid&) const { return input; }
};

// Whether width * height * channels is at most largest_size, without overflowing.
bool is_small_enough(const ValueShape& shape) {
  return shape.width <= largest_size && shape.height <= largest_size / shape.width &&
         shape.channels <= largest_size / (shape.width * shape.height);
}

}  // namespace

std::string to_string(const ValueShape& shape) {
  return shape.is_flat ? fmt::format("{} features", shape.channels)
                       : fmt::format("{}x{}x{}", shape.width, shape.height, shape.channels);
}

std::vector<ValueShape> infer_shapes(const Sequential& network, const ValueShape& input) {
  std::vector<ValueShape> shapes;
  ValueShape shape = input;
  for (std::size_t index = 0; index < network.layers.size(); ++index) {
    const Layer& layer = network.layers[index];
    const char* const op = std::visit([](const auto& each) { return each.op; }, layer);
    const std::string where = fmt::format("layer {} ({})", index + 1, op);
    shape = std::visit(Inference{.input = shape, .where = where}, layer);
    if (!is_small_enough(shape)) {
      throw Error(where,
                  fmt::format("gives {}; at most {} values an image fit a block", to_string(shape), largest_size));
    }
    shapes.push_back(shape);
  }
  return shapes;
}

}  // namespace nestwright
