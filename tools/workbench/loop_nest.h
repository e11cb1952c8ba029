#pragma once

#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// The loops of the use's operator under the schedule, for this machine, as text of Halide's (its conceptual statement,
// in which vectors and unrolled loops are not yet written out). Throws Error for a schedule that can't be applied.
std::string loop_nest_text(const ScheduleSource& schedule, const Use& use);

}  // namespace nestwright::workbench
