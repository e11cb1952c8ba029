#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// What a call of a nest does, without walking through every iteration: quick enough for `check`.
struct Work {
  double flops = 0.0;                           // what is computed twice counts twice, empty lanes of a vector too
  std::map<std::string, std::int64_t> extents;  // iterations of each loop that has the same number each time, by name
};

// Changes the values of the nest's loops, and nothing else.
Work work_of(Nest& nest);

// Vectors that are live at once in the innermost loop that has most of them beyond the target's registers, operands of
// multiply-adds among them; 0 where all fit. assign_registers() must have gone over the nest.
int vectors_beyond_registers(const Nest& nest);

}  // namespace nestwright::cost
