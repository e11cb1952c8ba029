#pragma once

#include <string>
#include <vector>

#include "tools/workbench/schedule_files.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// What of a legal schedule is surely not meant, in a line each (file:line:column: hint: ...), at the use's shape:
// parts of a loop that are larger than the loop; Funcs that are computed again and again, and vectors that reach
// beyond what they compute, where that one directive takes 1.6 times the operations; sums that do not fit the target's
// registers; and what Halide warns of. None for schedules of GPUs, where computing anew is often cheaper than sharing,
// nor where the cost model can't read the loops. `is_one_of_several`: the schedule is for other shapes, too, so that
// what is a little too large at this one may be meant.
std::vector<std::string> hints_for(const ReadSchedule& schedule, const Use& use, const Halide::Target& target,
                                   bool is_one_of_several);

}  // namespace nestwright::workbench
