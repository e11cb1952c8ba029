#include "model/data/dataset.h"

#include <cmath>

namespace nestwright {

Normalisation normalisation_of(const LabelledImages& images) {
  // Exact integer sums, so that no order of summation matters.
  std::uint64_t sum = 0;
  std::uint64_t sum_of_squares = 0;
  const auto size = static_cast<std::size_t>(images.width * images.height);
  for (std::size_t start = 0; start < images.pixels.size(); start += size) {
    std::uint32_t image_sum = 0;  // at most 2^16 pixels an image: 255^2 * 2^16 < 2^32
    std::uint32_t image_squares = 0;
    for (std::size_t i = start; i < start + size; ++i) {
      const std::uint32_t pixel = images.pixels[i];
      image_sum += pixel;
      image_squares += pixel * pixel;
    }
    sum += image_sum;
    sum_of_squares += image_squares;
  }
  if (images.pixels.empty()) return {};
  const auto count = static_cast<double>(images.pixels.size());
  const double mean = static_cast<double>(sum) / count / 255.0;
  const double mean_square = static_cast<double>(sum_of_squares) / count / (255.0 * 255.0);
  const double deviation = std::sqrt(std::max(0.0, mean_square - mean * mean));
  const auto rounded = [](double value) { return static_cast<float>(std::round(value * 1e4) / 1e4); };
  return {.mean = rounded(mean), .deviation = rounded(deviation) > 0.0F ? rounded(deviation) : 1.0F};
}

}  // namespace nestwright
