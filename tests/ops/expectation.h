#pragma once

#include <Halide.h>

#include <optional>

#include "tests/ops/compiled_case.h"

namespace nestwright {

// Fails the test that runs unless the case's kernel, at every extent to try, is within the error bound of float64
// loops, and gives the same bits where its outputs lie in its inputs' memory. For this machine's processor unless
// another target is given.
void expect_as_float64_loops(const CompiledCase& compiled_case, const std::optional<Halide::Target>& target = {});

}  // namespace nestwright
