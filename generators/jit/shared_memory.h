#pragma once

#include <Halide.h>

#include <cstdint>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::jit {

// The bytes of shared memory that a block of threads takes in the launch that takes most of it: 0 where none takes any,
// as on processors. `bound` has its schedule already, and is lowered for `target`. Throws Halide::CompileError where it
// can't be lowered, or takes a number of bytes that is known only when it is called.
std::int64_t shared_bytes(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright::jit
