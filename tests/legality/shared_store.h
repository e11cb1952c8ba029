#pragma once

#include <Halide.h>

#include <string>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// The memory to whose same element all iterations of a loop store that runs them at once, as the algorithm, with its
// schedule, is lowered; empty where none is seen. Such a race may well give the right values when it is run. Indices
// and conditions that differ in any way from one iteration to the next are taken to keep iterations apart, and one
// value of the inputs that all of them store is none.
std::string memory_shared_by_iterations(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
