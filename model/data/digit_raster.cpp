#include "model/data/digit_raster.h"

#include <algorithm>
#include <cmath>

namespace nestwright {
namespace {

struct Segment {
  Point from;
  Point to;
};

// Draws one segment: every pixel near it gets the most ink that any segment gives it.
void draw(const Segment& segment, const PenDrawing& drawing, int side, std::span<float> ink) {
  const float reach = drawing.half_width + 0.5F * drawing.softness;
  const auto first = [&](float a, float b) { return std::max(0, static_cast<int>(std::ceil(std::min(a, b) - reach))); };
  const auto last = [&](float a, float b) {
    return std::min(side - 1, static_cast<int>(std::floor(std::max(a, b) + reach)));
  };
  const Point along = {segment.to.x - segment.from.x, segment.to.y - segment.from.y};
  constexpr float least_length_squared = 1e-12F;  // a segment that is a point must not be divided by
  const float length_squared = std::max(along.x * along.x + along.y * along.y, least_length_squared);
  for (int y = first(segment.from.y, segment.to.y); y <= last(segment.from.y, segment.to.y); ++y) {
    for (int x = first(segment.from.x, segment.to.x); x <= last(segment.from.x, segment.to.x); ++x) {
      const Point offset = {static_cast<float>(x) - segment.from.x, static_cast<float>(y) - segment.from.y};
      const float t = std::clamp((offset.x * along.x + offset.y * along.y) / length_squared, 0.0F, 1.0F);
      const float dx = offset.x - t * along.x;
      const float dy = offset.y - t * along.y;
      const float amount = std::clamp((reach - std::sqrt(dx * dx + dy * dy)) / drawing.softness, 0.0F, 1.0F);
      float& pixel = ink[static_cast<std::size_t>(y) * side + static_cast<std::size_t>(x)];
      pixel = std::max(pixel, amount);
    }
  }
}

}  // namespace

void rasterise(const PenDrawing& drawing, int side, std::span<float> ink) {
  std::fill(ink.begin(), ink.end(), 0.0F);
  for (const std::vector<Point>& line : drawing.lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) draw({line[i], line[i + 1]}, drawing, side, ink);
  }
}

}  // namespace nestwright
