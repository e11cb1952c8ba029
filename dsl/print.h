#pragma once

#include <string>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// The canonical text of a schedule, of an expression and of one directive, comments included. For every schedule s that
// was parsed, parse(print(s), file) == s.
std::string print(const Schedule& schedule);
std::string print(const Expression& expression);
std::string print(const Call& call);

// The directive by itself, for messages: "parallel(y)", where print() has ".parallel(y)".
std::string call_text(const Call& call);

// The Func that a directive is about, for messages: "conv", "input.in()", "conv.rfactor(ci, u)".
std::string func_text(const PlacedCall& placed);

}  // namespace nestwright::dsl
