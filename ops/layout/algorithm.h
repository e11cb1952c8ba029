#pragma once

#include <Halide.h>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// pixels(lane, x, y, b) = images(x, y, indices(lane, b)), of some image where the index is negative. Every index must
// be less than the number of images.
Stage pixels_of_images(const Tensor& images, const Halide::Func& indices);

// output(lane, x, y, c, b) = (pixel - mean) * scale of a padded image, as load_images says; `inputs` and `shape` are
// its.
struct LoadedImages {
  Stage pixels, output;
};
LoadedImages load_images(const Inputs& inputs, const Shape& shape);

inline constexpr int pixels_of_a_word = 4;

// words(lane, x, y, b) = the bytes images(4x .. 4x + 3, y, indices(lane, b)) as one uint32, the first the lowest;
// beyond the end of a row its last pixel.
Stage packed_pixels(const Tensor& images, const Halide::Func& indices, int width);

}  // namespace nestwright::ops
