#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// Makes Halide throw Halide::CompileError in this process where it would print an error and abort, and also where it
// would only warn of a pipeline that must fail when it is called, because it reads or writes beyond a buffer. Other
// warnings are kept for take_halide_warnings(), from this call on: printed, they would come from any step of a program
// that compiles, in Halide's words.
void make_halide_strict();

// What Halide has warned of, in its words; the next call gives what came after this one.
std::vector<std::string> take_halide_warnings();

// Throws Halide::CompileError where the scheduled algorithm would read or write beyond its buffers. A kernel that is
// compiled without asserts would do so without a word.
void require_within_buffers(const BoundAlgorithm& bound, const Halide::Target& target);

// The pipeline of a scheduled algorithm. When it is lowered, it throws Halide::CompileError in two cases in which
// Halide 21 would generate wrong accesses to memory:
// - threads of a GPU keep values of no constant size: Halide allocates too little of the device's memory for them;
// - a masked vector is loaded from a stage that keeps a single value: Halide does not align it for that.
Halide::Pipeline checked_pipeline(const BoundAlgorithm& bound);

}  // namespace nestwright
