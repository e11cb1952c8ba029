#pragma once

#include <map>
#include <string>
#include <vector>

#include "dsl/directives.h"
#include "dsl/schedule.h"

namespace nestwright::dsl {

// The arguments of `call` with a number for every expression of parameters, and an enumerator of the right type for
// every enumerated value. Throws Error at the argument that `directive` does not take.
std::vector<Expression> resolve_arguments(const Call& call, const Directive& directive,
                                          const std::map<std::string, int>& values, const Schedule& schedule);

}  // namespace nestwright::dsl
