#pragma once

#include "ops/reference/families.h"

namespace nestwright::reference {

// Draws the mean and the scale of pixels, which are always the same, for load_images and for operators that contain it;
// Random::real() for every other input.
double draw_normalisation(Random& random, const std::string& input, const Shape& shape);

}  // namespace nestwright::reference
