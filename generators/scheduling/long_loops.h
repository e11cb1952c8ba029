#pragma once

#include <Halide.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "generators/scheduling/call_extents.h"
#include "generators/scheduling/statement_checks.h"

namespace nestwright {

// The greatest value of an integer expression below `around`, in all iterations of the loops there, by Halide's
// analysis of intervals; nothing where that finds none. For loops too long to be gone through: intermediate values are
// taken to fit into their types, as the first and last iterations show.
std::optional<std::int64_t> greatest_value(const Halide::Expr& expression, const Frame* around, const Buffers& buffers);

// Whether a condition holds in all of them for sure.
bool always_holds(const Halide::Expr& condition, const Frame* around, const Buffers& buffers);

}  // namespace nestwright
