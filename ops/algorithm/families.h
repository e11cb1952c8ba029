#pragma once

#include <vector>

#include "ops/algorithm/operator.h"
#include "ops/families.h"

namespace nestwright::ops {

// Declares a function for each family, which gives the algorithms of its operators: std::vector<Operator>
// convolution_operators(), and so on.
#define NESTWRIGHT_OPERATORS_OF(family) std::vector<Operator> family##_operators();
NESTWRIGHT_FAMILIES(NESTWRIGHT_OPERATORS_OF)
#undef NESTWRIGHT_OPERATORS_OF

}  // namespace nestwright::ops
