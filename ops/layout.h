#pragma once

#include <Halide.h>

#include "ops/algorithm.h"

namespace nestwright::ops {

// pixels(lane, x, y, b) = images(x, y, indices(lane, b)), of some image where the index is negative. Every index must
// be less than the number of images.
Halide::Func pixels_of_images(const Tensor& images, const Halide::Func& indices);

}  // namespace nestwright::ops
