#pragma once

#include <Halide.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "generators/scheduling/call_extents.h"

namespace nestwright {

// Thrown where an expression leaves the 32 or 64 bits of its type.
struct IntegerOverflow {};

// What is known where an expression is evaluated: the call's buffers, and the values of lets and loops around it.
struct Known {
  const Buffers& buffers;
  std::map<std::string, std::int64_t> values = {};
};

// The value of an integer or boolean expression of Halide's; nothing where it depends on what is not known.
std::optional<std::int64_t> value_of(const Halide::Expr& expression, const Known& known);

}  // namespace nestwright
