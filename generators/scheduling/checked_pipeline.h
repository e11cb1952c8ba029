#pragma once

#include <Halide.h>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// The pipeline of a scheduled algorithm. When it is lowered, it throws Halide::CompileError in the cases in which
// Halide 21 would generate wrong accesses to memory, or what no GPU can start:
// - threads of a GPU keep values of no constant size: Halide allocates too little of the device's memory for them;
// - a masked vector is loaded from a stage that keeps a single value: Halide does not align it for that;
// - code is left out, because it would be outside of its memory for sure;
// - the processor would read a device's tensor, or a group would have too many threads.
Halide::Pipeline checked_pipeline(const BoundAlgorithm& bound);

// Lowers the scheduled algorithm as it will be compiled. Throws Halide::CompileError where Halide refuses that.
void require_lowerable(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
