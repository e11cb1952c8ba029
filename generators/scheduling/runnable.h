#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "dsl/apply.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// Throws Error (file:line:column) where a schedule that was applied is legal and would still not run: where its code
// would be too large to compile, or where the kernel's own checks would refuse a call that the tensors allow. Where
// what Halide says, or a check, names no directive, it throws Halide::CompileError, for lowering_refusal(). Gives
// notes, one line each: what can't be evaluated before the call, and from how many blocks on a call would fail.
std::vector<std::string> require_runnable(const BoundAlgorithm& bound, const dsl::Schedule& schedule,
                                          const dsl::Applied& applied, const Halide::Target& target);

}  // namespace nestwright
