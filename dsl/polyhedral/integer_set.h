#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nestwright::polyhedral {

// The lexicographically least integer point of the set that isl's text describes, as in "{ [x, y] : 0 <= x < y }";
// nothing where the set is empty. Exact. Throws Error where isl can't read or solve it, which is a defect of the
// caller. Verdoolaege, "isl: An Integer Set Library for the Polyhedral Model", ICMS 2010.
std::optional<std::vector<std::int64_t>> least_point(const std::string& set);

// A point of a set with parameters, and values of the parameters for which it is one.
struct Point {
  std::map<std::string, std::int64_t> parameters;
  std::vector<std::int64_t> coordinates;
};

// A point of the sets `first` and `second` that is not in `without`, where there is one: the least for some values of
// the parameters. `without` may be empty. Throws Error as least_point() does, and where isl would take too long.
std::optional<Point> least_difference(const std::string& first, const std::string& second, const std::string& without);

}  // namespace nestwright::polyhedral
