#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/data/digit_strokes.h"

namespace nestwright {

// Strokes as lines in pixels, drawn by a round pen.
struct PenDrawing {
  std::vector<std::vector<Point>> lines;
  float half_width = 1.0F;  // of the pen, in pixels
  float softness = 1.0F;    // over how many pixels the edge fades
};

// Draws into `ink` (x, y), side * side values, x contiguous: 1 within the pen's reach of a line, 0 beyond it, and in
// between a linear fall over `softness` pixels. Pixel (x, y) is the point (x, y).
void rasterise(const PenDrawing& drawing, int side, std::span<float> ink);

}  // namespace nestwright
