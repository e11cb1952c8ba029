#include "bench/random_images.h"

#include <numeric>
#include <random>

namespace nestwright::bench {

std::shared_ptr<const Dataset> random_dataset() {
  auto dataset = std::make_shared<Dataset>();
  dataset->name = "random pixels";
  std::mt19937 random(1);
  for (LabelledImages* images : {&dataset->train, &dataset->test}) {
    images->count = image_count;
    images->width = image_size.width;
    images->height = image_size.height;
    images->pixels.resize(static_cast<std::size_t>(image_count * image_size.width * image_size.height));
    images->labels.resize(static_cast<std::size_t>(image_count));
    for (std::uint8_t& pixel : images->pixels) pixel = static_cast<std::uint8_t>(random() & 255U);
    for (std::uint8_t& label : images->labels) label = static_cast<std::uint8_t>(random() % class_count);
  }
  return dataset;
}

std::vector<std::int32_t> first_images(std::int64_t count) {
  std::vector<std::int32_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

}  // namespace nestwright::bench
