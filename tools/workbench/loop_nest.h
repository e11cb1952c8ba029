#pragma once

#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// The loops of a scheduled operator on this machine as Halide shows them (its conceptual statement: before vectors and
// unrolled loops are written out). Throws Error for a schedule that can't be applied.
std::string loop_nest_text(const ScheduleSource& schedule, const Use& use);

}  // namespace nestwright::workbench
