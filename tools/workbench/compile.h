#pragma once

#include "generators/kernel_interface/kernel.h"
#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// Compiles the use's operator, at its shape, under the schedule, for this machine. Throws Error that says what is wrong
// with the schedule, and in which line.
Kernel compile(const ScheduleSource& schedule, const Use& use);

}  // namespace nestwright::workbench
