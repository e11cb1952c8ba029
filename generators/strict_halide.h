#pragma once

#include <Halide.h>

#include "generators/bound_algorithm.h"

namespace nestwright {

// From here on Halide's errors in this process are exceptions, Halide::CompileError, and so is its warning of a
// pipeline that is bound to fail when it is called: one that would read or write beyond a buffer.
void make_halide_strict();

// Throws Halide::CompileError for a scheduled algorithm that would read or write beyond its buffers, which a kernel
// without asserts would do without a word.
void require_within_buffers(const BoundAlgorithm& bound, const Halide::Target& target);

// Throws Halide::CompileError for one whose GPU kernels keep, in a thread, what has no constant size: Halide 21 puts it
// into the device's memory, and makes too little of it where several such share their place.
void require_registers(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
