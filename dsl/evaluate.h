#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// The value of an expression of numbers, operators and tunable parameters; comparisons give 1 or 0, divisions round
// down. Throws Error at `expression` where it is no number: an unknown name, a division by zero, an overflow of 64
// bits, or something that has no number. `schedule` is what the expression is of.
std::int64_t evaluate(const Expression& expression, const std::map<std::string, int>& values, const Schedule& schedule);

}  // namespace nestwright::dsl
