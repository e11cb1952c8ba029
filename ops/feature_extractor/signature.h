#pragma once

#include <cstdint>

#include "ops/signature/shape.h"

namespace nestwright {

// What feature_extractor computes of an image, in this order: extents, and where each begins in its output.
struct FeatureValues {
  struct Part {
    std::int64_t width, height, channels;
    std::int64_t first = 0;

    std::int64_t count() const { return width * height * channels; }
  };
  Part input;             // the image, with its padding
  Part pooled1, pooled2;  // of both convolutions
  std::int64_t count;     // of all

  static FeatureValues from(const Shape& shape);
};

}  // namespace nestwright
