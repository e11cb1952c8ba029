#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// Compiles the use's operator, at its shape, under the schedule, for this machine. Throws Error that says what is wrong
// with the schedule, and in which line.
Kernel compile(const ScheduleSource& schedule, const Use& use);

// Applies the schedule to the use's operator, without compiling it to the end, and gives notes (apply_schedule). Throws
// Error where the schedule is not legal, or Halide refuses it.
std::vector<std::string> require_legal(const ScheduleSource& schedule, const Use& use, const Halide::Target& target);

}  // namespace nestwright::workbench
