#pragma once

#include "ops/reference/families.h"

namespace nestwright::reference {

// The mean and the scale of pixels, for load_images and what has it in it; any number for all else.
double draw_normalisation(Random& random, const std::string& input, const Shape& shape);

}  // namespace nestwright::reference
