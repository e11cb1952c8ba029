#pragma once

#include <cstdint>
#include <string>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// An operator, an algorithm of it, and a small shape, the same for the same seed.
struct DrawnUse {
  std::string op;
  std::string algorithm;
  Shape shape;
};
DrawnUse draw_use(std::uint64_t seed);

// A random schedule for it: directives over its Funcs and loops, legal or not, the same for the same seed.
std::string draw_schedule(const DrawnUse& use, std::uint64_t seed);

}  // namespace nestwright
