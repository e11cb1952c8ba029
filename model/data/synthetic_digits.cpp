#include "model/data/synthetic_digits.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/data/digit_raster.h"
#include "model/data/digit_strokes.h"
#include "model/data/elastic_field.h"
#include "model/data/random_stream.h"
#include "support/error.h"

namespace nestwright {
namespace {

constexpr int side = ElasticField::side;
constexpr float middle = 0.5F * static_cast<float>(side - 1);
constexpr float box = 20.0F;                                          // MNIST's digits fill a box of 20 x 20 pixels
constexpr std::uint64_t first_test_stream = std::uint64_t{1} << 32U;  // beyond those of any training images

struct Affine {
  float xx, xy, yx, yy;

  Point operator()(const Point& p) const { return {xx * p.x + xy * p.y, yx * p.x + yy * p.y}; }
};

// Proportions and slant, then rotation. The numbers are choices; proportions vary most, as they do between hands.
Affine random_affine(RandomStream& random) {
  const float width = random.between(0.65F, 1.15F);
  const float slant = random.normal(-0.12F, 0.22F);  // handwriting leans to the right
  const float angle = std::clamp(random.normal(0.0F, 0.13F), -0.35F, 0.35F);
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {c * width, c * slant - s, s * width, s * slant + c};
}

using Lines = std::vector<std::vector<Point>>;

// The corners of the smallest upright rectangle around some points; before there are any, beyond every point.
struct Bounds {
  Point low{1e9F, 1e9F};
  Point high{-1e9F, -1e9F};
};

Bounds bounds_of(const Lines& lines) {
  Bounds bounds;
  for (const auto& line : lines) {
    for (const Point& p : line) {
      bounds.low = {std::min(bounds.low.x, p.x), std::min(bounds.low.y, p.y)};
      bounds.high = {std::max(bounds.high.x, p.x), std::max(bounds.high.y, p.y)};
    }
  }
  return bounds;
}

// Scales the lines, proportions kept, so that their longer side is `size` pixels, and centres them in the image.
void fit(Lines& lines, float size) {
  const Bounds bounds = bounds_of(lines);
  const float extent = std::max(bounds.high.x - bounds.low.x, bounds.high.y - bounds.low.y);
  constexpr float least_extent = 1e-3F;  // no division by 0 where all lines are one point
  const float scale = size / std::max(extent, least_extent);
  const Point centre = {0.5F * (bounds.low.x + bounds.high.x), 0.5F * (bounds.low.y + bounds.high.y)};
  for (auto& line : lines) {
    for (Point& p : line) p = {middle + scale * (p.x - centre.x), middle + scale * (p.y - centre.y)};
  }
}

// Moves the lines so that their middle by length, near enough to that of the ink, is at `target`.
void centre_by_length(Lines& lines, const Point& target) {
  float total = 1e-6F;  // no division by 0 where all lines are one point
  Point sum;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const float length = std::hypot(line[i + 1].x - line[i].x, line[i + 1].y - line[i].y);
      total += length;
      sum.x += 0.5F * length * (line[i].x + line[i + 1].x);
      sum.y += 0.5F * length * (line[i].y + line[i + 1].y);
    }
  }
  for (auto& line : lines) {
    for (Point& p : line) p = {p.x + target.x - sum.x / total, p.y + target.y - sum.y / total};
  }
}

Lines random_lines(RandomStream& random, int digit) {
  constexpr int steps_a_span = 5;  // lines for each span of a curve; a choice
  const std::vector<Glyph>& glyphs = glyphs_of_digit(digit);
  const Glyph& glyph = glyphs[static_cast<std::size_t>(random.below(static_cast<int>(glyphs.size())))];
  const Affine affine = random_affine(random);
  Lines lines;
  for (const Stroke& stroke : glyph) {
    // A straight stroke gets as many points as a curve, so that it bends, too.
    lines.push_back(points_on_curve(stroke, stroke.size() == 2 ? 2 * steps_a_span : steps_a_span));
    for (Point& p : lines.back()) p = affine(p);
  }
  fit(lines, box * random.between(0.82F, 1.02F));
  // Simard et al. found a strength of 34 and a smoothness of 4 best for MNIST. The other numbers are choices, in
  // pixels: how large the digit is in its box, and how far from the middle it lies.
  const ElasticField field(random, random.between(16.0F, 44.0F), 4.0F);
  for (auto& line : lines) {
    for (Point& p : line) p = field.displaced(p);
  }
  centre_by_length(lines, {middle + random.normal(0.0F, 0.6F), middle + random.normal(0.0F, 0.6F)});
  return lines;
}

// Draws one image. The pen's width and softness, in pixels, the ink's strength and its noise, in shares of full ink,
// are choices.
void draw_digit(RandomStream& random, int digit, std::span<std::uint8_t> pixels) {
  std::array<float, std::size_t{side} * side> ink;
  const PenDrawing drawing = {.lines = random_lines(random, digit),
                              .half_width = std::clamp(random.normal(1.15F, 0.35F), 0.55F, 2.2F),
                              .softness = random.between(1.0F, 1.7F)};
  rasterise(drawing, side, ink);
  const float strength = random.between(0.85F, 1.0F);
  for (std::size_t i = 0; i < ink.size(); ++i) {
    float value = 0.0F;
    if (ink[i] > 0.0F) value = strength * ink[i] + random.between(-0.06F, 0.06F);
    pixels[i] = static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(value, 0.0F, 1.0F)));
  }
}

LabelledImages make_images(std::int64_t count, std::uint64_t seed, std::uint64_t first_stream) {
  LabelledImages images{.count = count, .width = side, .height = side};
  images.pixels.resize(static_cast<std::size_t>(count) * side * side);
  images.labels.resize(static_cast<std::size_t>(count));
#pragma omp parallel for schedule(static)
  for (std::int64_t image = 0; image < count; ++image) {
    const auto index = static_cast<std::size_t>(image);
    RandomStream random(seed, first_stream + index);
    const int digit = random.below(10);
    images.labels[index] = static_cast<std::uint8_t>(digit);
    draw_digit(random, digit, std::span(images.pixels).subspan(index * side * side, std::size_t{side} * side));
  }
  return images;
}

}  // namespace

Dataset make_synthetic_digits(const SyntheticDigitsOptions& options) {
  if (options.train_count < 1 || options.test_count < 1) throw Error("synthetic digits", "counts are at least 1");
  return {.name = "synthetic digits",
          .is_synthetic = true,
          .train = make_images(options.train_count, options.seed, 0),
          .test = make_images(options.test_count, options.seed, first_test_stream)};
}

}  // namespace nestwright
