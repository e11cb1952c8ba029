#pragma once

#include <vector>

#include "ops/families.h"
#include "ops/signature/signature.h"

namespace nestwright {

// Declares a function for each family, which gives the signatures of its operators: std::vector<Signature>
// convolution_signatures(), and so on.
#define NESTWRIGHT_SIGNATURES_OF(family) std::vector<Signature> family##_signatures();
NESTWRIGHT_FAMILIES(NESTWRIGHT_SIGNATURES_OF)
#undef NESTWRIGHT_SIGNATURES_OF

}  // namespace nestwright
