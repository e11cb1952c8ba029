#pragma once

#include <string>
#include <string_view>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// How deep an expression may nest.
inline constexpr int maximum_depth = 64;

// Reads a .nest file's text; `file` is its name, for messages. Any bytes may come in. Throws Error with the place,
// its line and a caret.
Schedule parse(std::string_view text, std::string file);

}  // namespace nestwright::dsl
