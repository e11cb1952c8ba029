#pragma once

#include <Halide.h>

#include <optional>

#include "tests/ops/compiled_case.h"

namespace nestwright {

// Compiles the case's kernel, for this machine's processor unless another target is given, and calls it with all of
// extents_to_try(). Fails the running test unless the outputs are within the error bounds of float64 loops, and stay
// the same to the last bit when outputs that may lie in an input's memory do.
void expect_as_float64_loops(const CompiledCase& compiled_case, const std::optional<Halide::Target>& target = {});

}  // namespace nestwright
