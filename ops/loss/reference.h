#pragma once

#include "ops/reference/families.h"

namespace nestwright::reference {

// What the input `scale` is in tests of losses and of operators that contain one: 1 / 32, as for a mean over 32 images.
inline constexpr double sample_loss_scale = 0.03125;

}  // namespace nestwright::reference
