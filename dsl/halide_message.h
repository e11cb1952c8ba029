#pragma once

#include <string>

namespace nestwright::dsl {

// What Halide says is wrong, in one line: without its prefixes, the names of its source files and what follows the
// first sentence's line.
std::string halide_message(const std::string& text);

}  // namespace nestwright::dsl
