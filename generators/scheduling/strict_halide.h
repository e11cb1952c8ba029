#pragma once

#include <Halide.h>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// From here on Halide's errors in this process are exceptions, Halide::CompileError, and so is its warning of a
// pipeline that is bound to fail when it is called: one that would read or write beyond a buffer.
void make_halide_strict();

// Throws Halide::CompileError for a scheduled algorithm that would read or write beyond its buffers, which a kernel
// without asserts would do without a word.
void require_within_buffers(const BoundAlgorithm& bound, const Halide::Target& target);

// The pipeline of a scheduled algorithm. Lowering it throws Halide::CompileError where Halide 21 would get its memory
// wrong: GPU threads that keep what has no constant size, for which it makes too little of the device's memory; masked
// vectors loaded from a stage that keeps one value, which it does not align for them.
Halide::Pipeline checked_pipeline(const BoundAlgorithm& bound);

}  // namespace nestwright
