#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// The value of every tunable parameter: from `parameters`, else its default for the target. Throws Error for unknown
// parameters and targets, and for values that are no candidates.
std::map<std::string, int> tune_values(const Schedule& schedule, const Halide::Target& target,
                                       const std::map<std::string, int>& parameters);

}  // namespace nestwright::dsl
