#pragma once

#include <span>
#include <vector>

namespace nestwright {

struct Point {
  float x = 0.0F;  // to the right
  float y = 0.0F;  // downwards
};

// A pen stroke without corners: a smooth curve through the points. Two strokes that share an end meet in a corner.
using Stroke = std::vector<Point>;

// One way to write a digit, roughly within the unit square.
using Glyph = std::vector<Stroke>;

// The ways to write `digit` (0 to 9) that the synthetic digits draw from; at least three.
const std::vector<Glyph>& glyphs_of_digit(int digit);

// Points close together on the curve through `stroke`'s points: uniform Catmull-Rom splines, `steps` lines a span
// (Catmull and Rom 1974, "A class of local interpolating splines"). A stroke of two points is a straight line.
std::vector<Point> points_on_curve(std::span<const Point> stroke, int steps);

}  // namespace nestwright
