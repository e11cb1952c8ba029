#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::cost {

// Vectors that the compiler moves between registers and the stack because it ran out of registers.
struct Spills {
  std::int64_t stores = 0;
  std::int64_t reloads = 0;
  std::int64_t in_loops = 0;  // of both, those that are executed more than once
};

// Counts, in an assembly text of LLVM's for x86, the moves of vector registers that it marks as spills and reloads.
Spills count_spills(const std::string& assembly);

// The assembly text of a scheduled algorithm. Throws Error where Halide refuses.
std::string assembly_of(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright::cost
