#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nestwright {

// Grey images with one label each.
struct LabelledImages {
  std::int64_t count = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<std::uint8_t> pixels;  // (x, y, image), x contiguous; 0 is the background, 255 full ink
  std::vector<std::uint8_t> labels;  // (image), 0 to 9

  // The pixels of one image, width * height.
  std::span<const std::uint8_t> image(std::int64_t index) const {
    const auto size = static_cast<std::size_t>(width * height);
    return std::span(pixels).subspan(static_cast<std::size_t>(index) * size, size);
  }
};

// A pixel p (0 to 255) enters a network as (p / 255 - mean) / deviation.
struct Normalisation {
  float mean = 0.0F;
  float deviation = 1.0F;

  friend bool operator==(const Normalisation&, const Normalisation&) = default;
};

struct Dataset {
  std::string name;  // "MNIST", "synthetic digits", or the folder it was read from
  bool is_synthetic = false;
  LabelledImages train;
  LabelledImages test;
};

// The mean and standard deviation of all pixels / 255, rounded to four decimals. (For MNIST that gives 0.1307 and
// 0.3081, the two numbers that every MNIST example uses.) The deviation of images that are all alike is given as 1.
Normalisation normalisation_of(const LabelledImages& images);

}  // namespace nestwright
