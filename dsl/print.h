#pragma once

#include <string>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// The canonical text of a schedule, comments included: parse(print(s), file) == s for every schedule s that was
// parsed.
std::string print(const Schedule& schedule);
std::string print(const Expression& expression);
std::string print(const Call& call);

}  // namespace nestwright::dsl
