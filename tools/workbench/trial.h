#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "generators/scheduling/apply_schedule.h"
#include "ops/reference/comparison.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// Compiles a schedule for a use, for this machine. Throws Error with what is wrong with the schedule, and where.
Kernel compile(const ScheduleSource& schedule, const Use& use);

// Runs the kernel on a whole block and on one that lacks images, and compares with float64 loops. Throws Error where
// the kernel fails or writes outside its outputs.
reference::Comparison verify(const Kernel& kernel);

// How long one call takes.
struct Timing {
  double median_seconds = 0.0;
  double spread = 0.0;  // (90th - 10th percentile) / median
};

// Times the calls, samples of all of them in turn, so that what disturbs the machine disturbs all alike. A sample is as
// many calls as last `sample_seconds`.
struct TimingPlan {
  int samples = 15;
  double sample_seconds = 2e-3;
};
std::vector<Timing> time_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan = {});

// A call of the kernel on `batch` images, with memory of its own. The kernel must outlive it.
std::function<void()> timed_call(const Kernel& kernel, std::int64_t batch);

}  // namespace nestwright::workbench
