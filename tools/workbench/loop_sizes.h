#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dsl/schedule.h"

namespace nestwright::workbench {

// Iterations of loops, by a stage and a loop's name in schedules: "conv.update(0)" and "kx".
using LoopExtents = std::map<std::string, std::map<std::string, std::int64_t>>;

// A directive that makes a part of a loop larger than the whole loop.
struct TooLarge {
  dsl::Call call;
  std::string stage, loop;
  std::int64_t size = 0;
  std::int64_t extent = 0;  // of the loop
};

// The directives of a schedule, whose parameters have become numbers, whose size is larger than their loop. `extents`
// are those of the loops before the schedule, at most; loops that are not there are not judged.
std::vector<TooLarge> parts_larger_than_loops(const dsl::Schedule& schedule, LoopExtents extents);

}  // namespace nestwright::workbench
