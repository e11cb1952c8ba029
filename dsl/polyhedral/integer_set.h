#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nestwright::polyhedral {

// The lexicographically least integer point of the set that isl's text describes, as in "{ [x, y] : 0 <= x < y }";
// nothing where the set is empty. Exact. Throws Error where isl can't read or solve it, which is a defect of the
// caller. Verdoolaege, "isl: An Integer Set Library for the Polyhedral Model", ICMS 2010.
std::optional<std::vector<std::int64_t>> least_point(const std::string& set);

}  // namespace nestwright::polyhedral
