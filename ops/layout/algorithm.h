#pragma once

#include <Halide.h>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// pixels(lane, x, y, b) = images(x, y, indices(lane, b)); a negative index gives the pixels of image 0. Every index
// must be less than the number of images.
Stage pixels_of_images(const Tensor& images, const Halide::Func& indices);

// The stages of the operator load_images, whose inputs and complete shape are given: `pixels` is pixels_of_images(),
// and output(lane, x, y, c, b) = (pixel - mean) * scale, where pixels around the image and those of lanes without an
// image are 0.
struct LoadedImages {
  Stage pixels, output;
};
LoadedImages load_images(const Inputs& inputs, const Shape& shape);

// Pixels, of a byte each, that a uint32 holds.
inline constexpr int pixels_of_a_word = 4;

// words(lane, x, y, b) = the bytes images(4x .. 4x + 3, y, indices(lane, b)) as one uint32, whose lowest byte is the
// first of them; beyond the end of a row of `width` pixels the last one is repeated. A negative index gives image 0.
Stage packed_pixels(const Tensor& images, const Halide::Func& indices, int width);

}  // namespace nestwright::ops
