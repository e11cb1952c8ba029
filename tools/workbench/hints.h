#pragma once

#include <string>
#include <vector>

#include "tools/workbench/schedule_files.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// What of a legal schedule is surely not meant, in a line each (file:line:column: hint: ...), at the use's shape: parts
// of a loop that are larger than the loop; Funcs that are computed again and again, and vectors that reach beyond what
// they compute, where changing that one directive would save a third of the operations or more; sums that do not fit
// the target's registers; and what Halide warns of. None for schedules of GPUs, where computing anew is often cheaper
// than sharing, nor where the cost model can't read the loops.
std::vector<std::string> hints_for(const ReadSchedule& schedule, const Use& use, const Halide::Target& target);

}  // namespace nestwright::workbench
