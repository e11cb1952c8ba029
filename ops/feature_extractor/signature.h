#pragma once

#include <cstdint>

#include "ops/signature/shape.h"

namespace nestwright {

// The values of an image that feature_extractor's output holds, part after part: extents, and where each part begins.
struct FeatureValues {
  struct Part {
    std::int64_t width, height;  // in pixels
    std::int64_t channels;
    std::int64_t first = 0;  // feature of the output

    std::int64_t count() const { return width * height * channels; }
  };
  Part input;             // the image, with its padding
  Part pooled1, pooled2;  // the results of both convolutions, after relu and pooling
  std::int64_t count;     // features that the output has, those between the parts included

  static FeatureValues from(const Shape& shape);
};

}  // namespace nestwright
