#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::cost {

// Instructions that move a vector between a register and the stack because the compiler ran out of registers.
struct Spills {
  std::int64_t stores = 0;    // from a register to the stack
  std::int64_t reloads = 0;   // from the stack to a register
  std::int64_t in_loops = 0;  // those of both that lie in a loop
};

// Counts the moves of vector registers that LLVM marks as spills and reloads in its assembly text for x86.
Spills count_spills(const std::string& assembly);

// The assembly text that Halide makes of a scheduled algorithm. Throws Halide::Error where Halide refuses the schedule.
std::string assembly_of(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright::cost
