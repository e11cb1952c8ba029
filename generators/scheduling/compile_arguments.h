#pragma once

#include <Halide.h>

#include <vector>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// The inputs of `bound` as Halide's compile_to_*() functions take them, in the signature's order.
std::vector<Halide::Argument> compile_arguments(const BoundAlgorithm& bound);

}  // namespace nestwright
