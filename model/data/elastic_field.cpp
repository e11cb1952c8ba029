#include "model/data/elastic_field.h"

#include <algorithm>
#include <cmath>

namespace nestwright {
namespace {

constexpr int side = ElasticField::side;
constexpr int radius = 12;  // three deviations of the widest Gaussian asked for
constexpr int taps = 2 * radius + 1;
using Row = std::array<float, side>;

std::array<float, taps> gaussian(float deviation) {
  std::array<float, taps> kernel{};
  float sum = 0.0F;
  for (int i = 0; i < taps; ++i) {
    const float distance = static_cast<float>(i - radius) / deviation;
    kernel[static_cast<std::size_t>(i)] = std::exp(-0.5F * distance * distance);
    sum += kernel[static_cast<std::size_t>(i)];
  }
  for (float& tap : kernel) tap /= sum;
  return kernel;
}

int wrapped(int i) { return (i + side) % side; }

void smooth_row(const std::array<float, taps>& kernel, Row& row) {
  std::array<float, side + 2 * radius> extended;
  for (int x = 0; x < side + 2 * radius; ++x) {
    extended[static_cast<std::size_t>(x)] = row[static_cast<std::size_t>(wrapped(x - radius))];
  }
  row.fill(0.0F);
  for (std::size_t tap = 0; tap < kernel.size(); ++tap) {
    for (std::size_t x = 0; x < row.size(); ++x) row[x] += kernel[tap] * extended[x + tap];
  }
}

void smooth_columns(const std::array<float, taps>& kernel, std::array<Row, side>& plane) {
  const std::array<Row, side> rows = plane;
  for (int y = 0; y < side; ++y) {
    Row& row = plane[static_cast<std::size_t>(y)];
    row.fill(0.0F);
    for (int tap = 0; tap < taps; ++tap) {
      const Row& source = rows[static_cast<std::size_t>(wrapped(y + tap - radius))];
      const float weight = kernel[static_cast<std::size_t>(tap)];
      for (std::size_t x = 0; x < row.size(); ++x) row[x] += weight * source[x];
    }
  }
}

std::array<Row, side> smooth_noise(RandomStream& random, const std::array<float, taps>& kernel, float strength) {
  std::array<Row, side> plane;
  for (Row& row : plane) {
    for (float& value : row) value = strength * random.between(-1.0F, 1.0F);
    smooth_row(kernel, row);
  }
  smooth_columns(kernel, plane);
  return plane;
}

}  // namespace

ElasticField::ElasticField(RandomStream& random, float strength, float smoothness) {
  const std::array<float, taps> kernel = gaussian(smoothness);
  dx_ = smooth_noise(random, kernel, strength);
  dy_ = smooth_noise(random, kernel, strength);
}

Point ElasticField::displaced(const Point& point) const {
  const float x = std::clamp(point.x, 0.0F, static_cast<float>(side - 1));
  const float y = std::clamp(point.y, 0.0F, static_cast<float>(side - 1));
  const auto left = static_cast<std::size_t>(std::min(x, static_cast<float>(side - 2)));
  const auto top = static_cast<std::size_t>(std::min(y, static_cast<float>(side - 2)));
  const float u = x - static_cast<float>(left);
  const float v = y - static_cast<float>(top);
  const auto sample = [&](const Plane& plane) {
    const float above = plane[top][left] * (1.0F - u) + plane[top][left + 1] * u;
    const float below = plane[top + 1][left] * (1.0F - u) + plane[top + 1][left + 1] * u;
    return above * (1.0F - v) + below * v;
  };
  return {point.x + sample(dx_), point.y + sample(dy_)};
}

}  // namespace nestwright
