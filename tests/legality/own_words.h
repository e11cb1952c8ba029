#pragma once

#include <string>

namespace nestwright {

// What a refusal has that it should not: no place in `file` at its beginning, or a word in its first line that only
// Halide has. Empty where there is nothing.
std::string not_its_own(const std::string& refusal, const std::string& file);

}  // namespace nestwright
