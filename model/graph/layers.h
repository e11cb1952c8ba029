#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

namespace nestwright {

// The layers that a network is put together from. `op` is a layer's operator, whose signature (ops/) says what it
// computes; Flatten alone has none.

// Square windows with a bias. Weights: (out_channels, in channels, kernel, kernel).
struct Conv2d {
  static constexpr const char* op = "conv2d";
  std::int64_t out_channels;
  std::int64_t kernel;
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
};

// With a bias. Weights: (features, in features).
struct Linear {
  static constexpr const char* op = "linear";
  std::int64_t features;
};

struct Relu {
  static constexpr const char* op = "relu";
};
struct Tanh {
  static constexpr const char* op = "tanh";
};
struct Sigmoid {
  static constexpr const char* op = "sigmoid";
};

// Square windows; windows that would stick out are left out.
struct MaxPool2d {
  static constexpr const char* op = "max_pool2d";
  std::int64_t window;
  std::int64_t stride = 0;  // 0: the window, as in PyTorch
};

struct AvgPool2d {
  static constexpr const char* op = "avg_pool2d";
  std::int64_t window;
  std::int64_t stride = 0;  // 0: the window
};

// An image (x, y, c) as features x + width * (y + height * c), as in PyTorch; in memory nothing moves.
struct Flatten {
  static constexpr const char* op = "flatten";
};

using Layer = std::variant<Conv2d, Linear, Relu, Tanh, Sigmoid, MaxPool2d, AvgPool2d, Flatten>;

// Layers, one after another.
struct Sequential {
  std::vector<Layer> layers;

  Sequential(std::initializer_list<Layer> list) : layers(list) {}
  explicit Sequential(std::vector<Layer> list) : layers(std::move(list)) {}
};

// What layers hand on for each image: an image (width, height, channels), or `channels` features.
struct ValueShape {
  std::int64_t width = 1;
  std::int64_t height = 1;
  std::int64_t channels = 1;
  bool is_flat = false;

  std::int64_t size() const { return width * height * channels; }
  friend bool operator==(const ValueShape&, const ValueShape&) = default;
};

// "28x28x6" (width, height, channels) or "120 features".
std::string to_string(const ValueShape& shape);

// The shape after each layer. Throws Error (where: "layer 4 (conv2d)", the first layer being 1) for the first layer
// that makes no sense there.
std::vector<ValueShape> infer_shapes(const Sequential& network, const ValueShape& input);

}  // namespace nestwright
