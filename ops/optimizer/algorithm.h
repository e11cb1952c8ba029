#pragma once

#include <Halide.h>

#include "ops/algorithm/stage.h"

namespace nestwright::ops {

// gradient_sum(i) = sum of gradient(i, group) over the `groups` groups, in their order. Reduction variable: group.
Stage sum_of_groups(const Halide::Func& gradient, const Halide::Expr& groups);

}  // namespace nestwright::ops
