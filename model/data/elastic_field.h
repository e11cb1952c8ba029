#pragma once

#include <array>

#include "model/data/digit_strokes.h"
#include "model/data/random_stream.h"

namespace nestwright {

// A smooth random displacement of every point of an image: Simard, Steinkraus and Platt 2003, "Best practices for
// convolutional neural networks applied to visual document analysis", section 2. Each pixel's displacement is drawn
// from [-1, 1], the field is smoothed by a Gaussian of deviation `smoothness` pixels, then multiplied by `strength`.
// The image is taken as a torus, so that the field is as strong at its edges as in its middle.
class ElasticField {
 public:
  static constexpr int side = 28;

  ElasticField(RandomStream& random, float strength, float smoothness);

  // Where `point` (in pixels) is moved to; between pixels the field is interpolated linearly.
  Point displaced(const Point& point) const;

 private:
  using Plane = std::array<std::array<float, side>, side>;

  Plane dx_;
  Plane dy_;
};

}  // namespace nestwright
