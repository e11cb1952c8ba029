#pragma once

#include <Halide.h>

#include "ops/algorithm.h"

namespace nestwright::ops {

// pixels(lane, x, y, b) = the bytes of images(x - padding, y - padding, indices(lane, b)), 0 around an image and in a
// lane whose index is negative. Every index must be less than the number of images.
Halide::Func padded_pixels(const Tensor& images, const Halide::Func& indices, int width, int height, int padding);

}  // namespace nestwright::ops
