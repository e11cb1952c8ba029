#pragma once

#include "ops/reference/families.h"

namespace nestwright::reference {

// The input `scale` of losses and of what has a loss in it: 1 / 32, as for a mean over 32 images.
inline constexpr double sample_loss_scale = 0.03125;

}  // namespace nestwright::reference
