#include "tests/model/bars.h"

#include "model/data/random_stream.h"

namespace nestwright {
namespace {

constexpr std::int64_t width = 8;
constexpr std::int64_t height = 9;

LabelledImages make_images(std::int64_t count) {
  LabelledImages images = {.count = count, .width = width, .height = height};
  for (std::int64_t i = 0; i < count; ++i) {
    RandomStream random(5, static_cast<std::uint64_t>(i));
    const int label = random.below(4);
    images.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        const bool is_bar = label < 2 ? y / 4 == label : x / 4 == label - 2;
        images.pixels.push_back(static_cast<std::uint8_t>((is_bar ? 150 : 0) + random.below(100)));
      }
    }
  }
  return images;
}

}  // namespace

Dataset bars(std::int64_t train_count) {
  return {.name = "bars", .is_synthetic = true, .train = make_images(train_count), .test = make_images(37)};
}

Model every_layer() {
  return {.name = "every_layer",
          .network = {Conv2d{3, 3, 1, 1}, Tanh{}, MaxPool2d{3, 2}, Conv2d{4, 2}, Relu{}, AvgPool2d{2, 1}, Flatten{},
                      Linear{6}, Sigmoid{}, Linear{4}},
          .padding = 1};
}

Model fused_layers() {
  return {.name = "fused_layers",
          .network = {Conv2d{3, 3}, Relu{}, MaxPool2d{2}, Conv2d{4, 2}, MaxPool2d{2}, Flatten{}, Linear{6}, Relu{},
                      Linear{4}},
          .padding = 2};
}

}  // namespace nestwright
