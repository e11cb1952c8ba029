#pragma once

#include "generators/kernel_interface/kernel.h"
#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// Compiles a schedule for a use, for this machine. Throws Error with what is wrong with the schedule, and where.
Kernel compile(const ScheduleSource& schedule, const Use& use);

}  // namespace nestwright::workbench
