#pragma once

#include <string>

#include "dsl/schedule_names.h"

namespace nestwright::dsl {

// What Halide says is wrong, in one line and in the schedule's names: without its prefixes, the names of its source
// files, what follows the first sentence's line, and advice that is none in a schedule. An assertion of a kernel that
// must fail becomes a sentence.
std::string halide_message(const std::string& text, const ScheduleNames& names);

}  // namespace nestwright::dsl
