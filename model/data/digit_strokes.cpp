#include "model/data/digit_strokes.h"

#include <array>

namespace nestwright {
namespace {

// A stroke a line, as far as it fits.
// clang-format off
std::vector<Glyph> zeros() {
  return {
      // A plain oval, begun and ended at the top.
      {{{0.50F, 0.02F}, {0.28F, 0.12F}, {0.16F, 0.45F}, {0.26F, 0.86F}, {0.50F, 0.98F}, {0.76F, 0.84F},
        {0.84F, 0.48F}, {0.73F, 0.13F}, {0.50F, 0.02F}}},
      // Narrow, leaning, the ends crossing.
      {{{0.62F, 0.08F}, {0.42F, 0.06F}, {0.26F, 0.34F}, {0.24F, 0.76F}, {0.42F, 0.98F}, {0.66F, 0.78F},
        {0.76F, 0.38F}, {0.64F, 0.08F}, {0.44F, 0.10F}}},
      // Wide and round, not quite closed.
      {{{0.58F, 0.06F}, {0.30F, 0.10F}, {0.08F, 0.46F}, {0.22F, 0.88F}, {0.56F, 0.94F}, {0.88F, 0.66F},
        {0.88F, 0.28F}, {0.66F, 0.12F}}},
      // Begun with a hook inside.
      {{{0.56F, 0.20F}, {0.46F, 0.04F}, {0.26F, 0.22F}, {0.18F, 0.60F}, {0.36F, 0.95F}, {0.66F, 0.90F},
        {0.82F, 0.52F}, {0.74F, 0.16F}, {0.52F, 0.03F}}},
  };
}

std::vector<Glyph> ones() {
  return {
      {{{0.50F, 0.00F}, {0.50F, 1.00F}}},
      {{{0.56F, 0.00F}, {0.52F, 0.40F}, {0.46F, 1.00F}}},
      // With an upstroke.
      {{{0.28F, 0.24F}, {0.42F, 0.14F}, {0.54F, 0.00F}}, {{0.54F, 0.00F}, {0.53F, 0.50F}, {0.52F, 1.00F}}},
      // With an upstroke and a foot.
      {{{0.30F, 0.22F}, {0.52F, 0.00F}}, {{0.52F, 0.00F}, {0.51F, 1.00F}}, {{0.24F, 1.00F}, {0.78F, 0.99F}}},
  };
}

std::vector<Glyph> twos() {
  return {
      // A flat foot.
      {{{0.16F, 0.24F}, {0.32F, 0.05F}, {0.62F, 0.03F}, {0.78F, 0.24F}, {0.64F, 0.52F}, {0.36F, 0.78F},
        {0.14F, 0.97F}},
       {{0.14F, 0.97F}, {0.50F, 0.95F}, {0.88F, 0.96F}}},
      // A loop at the foot.
      {{{0.20F, 0.20F}, {0.40F, 0.02F}, {0.70F, 0.10F}, {0.72F, 0.38F}, {0.50F, 0.70F}, {0.26F, 0.94F},
        {0.12F, 0.88F}, {0.24F, 0.74F}, {0.48F, 0.88F}, {0.70F, 0.98F}, {0.92F, 0.90F}}},
      // A wave for a foot.
      {{{0.12F, 0.16F}, {0.42F, 0.02F}, {0.72F, 0.14F}, {0.68F, 0.46F}, {0.42F, 0.74F}, {0.12F, 0.96F}},
       {{0.12F, 0.96F}, {0.36F, 0.84F}, {0.60F, 0.96F}, {0.90F, 0.86F}}},
      // Angular, close to a z.
      {{{0.18F, 0.08F}, {0.48F, 0.02F}, {0.74F, 0.10F}, {0.66F, 0.36F}, {0.18F, 0.92F}},
       {{0.18F, 0.92F}, {0.84F, 0.92F}}},
  };
}

std::vector<Glyph> threes() {
  return {
      // Two bellies with a corner between.
      {{{0.18F, 0.12F}, {0.46F, 0.01F}, {0.74F, 0.14F}, {0.66F, 0.38F}, {0.40F, 0.47F}},
       {{0.40F, 0.47F}, {0.72F, 0.54F}, {0.82F, 0.76F}, {0.56F, 0.97F}, {0.16F, 0.90F}}},
      // A flat top.
      {{{0.18F, 0.04F}, {0.76F, 0.03F}}, {{0.76F, 0.03F}, {0.44F, 0.42F}},
       {{0.44F, 0.42F}, {0.76F, 0.52F}, {0.78F, 0.80F}, {0.48F, 0.98F}, {0.14F, 0.88F}}},
      // One stroke, a small loop in the middle.
      {{{0.20F, 0.14F}, {0.48F, 0.00F}, {0.74F, 0.18F}, {0.56F, 0.42F}, {0.36F, 0.48F}, {0.44F, 0.54F},
        {0.62F, 0.46F}, {0.82F, 0.68F}, {0.60F, 0.96F}, {0.14F, 0.92F}}},
      // Round, ending in a hook.
      {{{0.24F, 0.20F}, {0.40F, 0.03F}, {0.66F, 0.06F}, {0.70F, 0.30F}, {0.46F, 0.46F}},
       {{0.46F, 0.46F}, {0.74F, 0.56F}, {0.74F, 0.86F}, {0.46F, 1.00F}, {0.22F, 0.90F}, {0.20F, 0.78F}}},
  };
}

std::vector<Glyph> fours() {
  return {
      // Open on top.
      {{{0.24F, 0.06F}, {0.20F, 0.34F}, {0.22F, 0.54F}}, {{0.22F, 0.54F}, {0.50F, 0.56F}, {0.86F, 0.52F}},
       {{0.72F, 0.04F}, {0.70F, 0.50F}, {0.68F, 1.00F}}},
      // Closed on top.
      {{{0.64F, 0.00F}, {0.36F, 0.34F}, {0.10F, 0.66F}}, {{0.10F, 0.66F}, {0.92F, 0.66F}},
       {{0.64F, 0.00F}, {0.64F, 1.00F}}},
      // A bowl instead of the corner, the bar not crossing the stem.
      {{{0.18F, 0.08F}, {0.14F, 0.38F}, {0.34F, 0.52F}, {0.60F, 0.46F}, {0.76F, 0.28F}},
       {{0.80F, 0.02F}, {0.74F, 0.40F}, {0.64F, 1.00F}}},
      // A short left stroke.
      {{{0.34F, 0.12F}, {0.18F, 0.56F}}, {{0.18F, 0.56F}, {0.52F, 0.60F}, {0.84F, 0.56F}},
       {{0.64F, 0.28F}, {0.60F, 0.60F}, {0.58F, 0.98F}}},
  };
}

std::vector<Glyph> fives() {
  return {
      // The bar last.
      {{{0.28F, 0.06F}, {0.25F, 0.42F}},
       {{0.25F, 0.42F}, {0.54F, 0.38F}, {0.78F, 0.60F}, {0.66F, 0.90F}, {0.38F, 0.98F}, {0.14F, 0.88F}},
       {{0.28F, 0.06F}, {0.54F, 0.06F}, {0.82F, 0.03F}}},
      // One stroke, like an s.
      {{{0.84F, 0.06F}, {0.58F, 0.04F}, {0.34F, 0.10F}, {0.28F, 0.34F}, {0.54F, 0.46F}, {0.76F, 0.64F},
        {0.62F, 0.92F}, {0.34F, 0.97F}, {0.12F, 0.86F}}},
      // A wide belly, the bar apart.
      {{{0.26F, 0.14F}, {0.22F, 0.46F}},
       {{0.22F, 0.46F}, {0.52F, 0.40F}, {0.82F, 0.54F}, {0.78F, 0.82F}, {0.46F, 0.99F}, {0.18F, 0.92F}},
       {{0.32F, 0.04F}, {0.88F, 0.00F}}},
      // Slanted, a small belly.
      {{{0.40F, 0.02F}, {0.28F, 0.48F}}, {{0.28F, 0.48F}, {0.56F, 0.50F}, {0.66F, 0.72F}, {0.48F, 0.94F}, {0.16F, 0.98F}},
       {{0.40F, 0.02F}, {0.90F, 0.08F}}},
  };
}

std::vector<Glyph> sixes() {
  return {
      {{{0.68F, 0.02F}, {0.42F, 0.18F}, {0.24F, 0.50F}, {0.24F, 0.82F}, {0.48F, 0.98F}, {0.74F, 0.86F},
        {0.74F, 0.62F}, {0.52F, 0.52F}, {0.28F, 0.66F}}},
      // A straight back.
      {{{0.50F, 0.00F}, {0.32F, 0.40F}, {0.22F, 0.72F}, {0.34F, 0.96F}, {0.62F, 0.94F}, {0.76F, 0.74F},
        {0.62F, 0.58F}, {0.38F, 0.62F}, {0.24F, 0.80F}}},
      // A hook on top, a big bowl.
      {{{0.78F, 0.14F}, {0.60F, 0.02F}, {0.34F, 0.18F}, {0.16F, 0.56F}, {0.30F, 0.92F}, {0.62F, 0.97F},
        {0.84F, 0.74F}, {0.66F, 0.48F}, {0.38F, 0.52F}, {0.20F, 0.70F}}},
      // A small bowl that stays open.
      {{{0.62F, 0.00F}, {0.36F, 0.26F}, {0.22F, 0.66F}, {0.36F, 0.95F}, {0.64F, 0.90F}, {0.68F, 0.70F},
        {0.46F, 0.64F}}},
  };
}

std::vector<Glyph> sevens() {
  return {
      {{{0.14F, 0.06F}, {0.48F, 0.06F}, {0.84F, 0.03F}}, {{0.84F, 0.03F}, {0.60F, 0.46F}, {0.42F, 1.00F}}},
      // With a cross-bar.
      {{{0.16F, 0.05F}, {0.82F, 0.04F}}, {{0.82F, 0.04F}, {0.58F, 0.46F}, {0.40F, 1.00F}},
       {{0.34F, 0.50F}, {0.78F, 0.47F}}},
      // Begun with a tick, a bent stem.
      {{{0.16F, 0.24F}, {0.18F, 0.04F}}, {{0.18F, 0.04F}, {0.50F, 0.08F}, {0.82F, 0.04F}},
       {{0.82F, 0.04F}, {0.66F, 0.30F}, {0.54F, 0.62F}, {0.52F, 1.00F}}},
      // Rounded.
      {{{0.12F, 0.16F}, {0.34F, 0.04F}, {0.60F, 0.10F}, {0.78F, 0.08F}, {0.76F, 0.28F}, {0.56F, 0.62F},
        {0.40F, 1.00F}}},
  };
}

std::vector<Glyph> eights() {
  return {
      // One stroke, begun at the upper right.
      {{{0.74F, 0.12F}, {0.50F, 0.01F}, {0.26F, 0.16F}, {0.36F, 0.40F}, {0.64F, 0.58F}, {0.76F, 0.82F},
        {0.50F, 0.99F}, {0.22F, 0.84F}, {0.34F, 0.60F}, {0.62F, 0.40F}, {0.74F, 0.20F}, {0.66F, 0.06F}}},
      // One circle on another.
      {{{0.50F, 0.46F}, {0.28F, 0.36F}, {0.28F, 0.12F}, {0.50F, 0.02F}, {0.72F, 0.12F}, {0.72F, 0.36F},
        {0.50F, 0.46F}},
       {{0.50F, 0.46F}, {0.22F, 0.58F}, {0.22F, 0.88F}, {0.50F, 0.99F}, {0.78F, 0.88F}, {0.78F, 0.58F},
        {0.50F, 0.46F}}},
      // Narrow, leaning, open at the top.
      {{{0.80F, 0.04F}, {0.52F, 0.06F}, {0.36F, 0.24F}, {0.48F, 0.46F}, {0.60F, 0.70F}, {0.48F, 0.96F},
        {0.28F, 0.88F}, {0.34F, 0.66F}, {0.56F, 0.44F}, {0.76F, 0.22F}, {0.84F, 0.02F}}},
      // A small upper loop.
      {{{0.60F, 0.10F}, {0.44F, 0.04F}, {0.34F, 0.18F}, {0.46F, 0.36F}, {0.72F, 0.58F}, {0.78F, 0.84F},
        {0.48F, 0.98F}, {0.20F, 0.82F}, {0.30F, 0.56F}, {0.56F, 0.36F}, {0.66F, 0.20F}, {0.58F, 0.06F}}},
  };
}

std::vector<Glyph> nines() {
  return {
      // A straight stem.
      {{{0.72F, 0.18F}, {0.50F, 0.02F}, {0.24F, 0.18F}, {0.26F, 0.44F}, {0.52F, 0.52F}, {0.72F, 0.34F},
        {0.74F, 0.14F}},
       {{0.74F, 0.14F}, {0.72F, 0.50F}, {0.66F, 1.00F}}},
      // A bent tail.
      {{{0.74F, 0.22F}, {0.54F, 0.02F}, {0.26F, 0.14F}, {0.24F, 0.40F}, {0.48F, 0.50F}, {0.72F, 0.30F}},
       {{0.74F, 0.18F}, {0.76F, 0.56F}, {0.66F, 0.88F}, {0.42F, 0.99F}, {0.20F, 0.90F}}},
      // One stroke.
      {{{0.70F, 0.10F}, {0.44F, 0.04F}, {0.24F, 0.26F}, {0.36F, 0.48F}, {0.60F, 0.40F}, {0.72F, 0.12F},
        {0.68F, 0.46F}, {0.54F, 1.00F}}},
      // A loop that stays open.
      {{{0.66F, 0.06F}, {0.36F, 0.10F}, {0.22F, 0.34F}, {0.40F, 0.50F}, {0.66F, 0.38F}, {0.76F, 0.16F}},
       {{0.76F, 0.10F}, {0.68F, 0.52F}, {0.50F, 0.98F}}},
  };
}
// clang-format on

Point on_span(const Point& before, const Point& from, const Point& to, const Point& after, float t) {
  const auto blend = [t](float p0, float p1, float p2, float p3) {
    return 0.5F * (2.0F * p1 +
                   t * (p2 - p0 + t * (2.0F * p0 - 5.0F * p1 + 4.0F * p2 - p3 + t * (3.0F * (p1 - p2) + p3 - p0))));
  };
  return {blend(before.x, from.x, to.x, after.x), blend(before.y, from.y, to.y, after.y)};
}

}  // namespace

const std::vector<Glyph>& glyphs_of_digit(int digit) {
  static const std::array<std::vector<Glyph>, 10> glyphs = {zeros(), ones(),  twos(),   threes(), fours(),
                                                            fives(), sixes(), sevens(), eights(), nines()};
  return glyphs.at(static_cast<std::size_t>(digit));
}

std::vector<Point> points_on_curve(std::span<const Point> stroke, int steps) {
  std::vector<Point> points;
  for (std::size_t span = 0; span + 1 < stroke.size(); ++span) {
    const Point& from = stroke[span];
    const Point& to = stroke[span + 1];
    // Beyond an end the curve continues as if mirrored there, so that it starts and stops straight.
    const Point before = span > 0 ? stroke[span - 1] : Point{2.0F * from.x - to.x, 2.0F * from.y - to.y};
    const Point after = span + 2 < stroke.size() ? stroke[span + 2] : Point{2.0F * to.x - from.x, 2.0F * to.y - from.y};
    for (int step = 0; step < steps; ++step) {
      points.push_back(on_span(before, from, to, after, static_cast<float>(step) / static_cast<float>(steps)));
    }
  }
  if (!stroke.empty()) points.push_back(stroke.back());
  return points;
}

}  // namespace nestwright
