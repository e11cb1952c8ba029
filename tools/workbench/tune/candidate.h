#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "generators/kernel_call/verification.h"
#include "generators/scheduling/apply_schedule.h"
#include "ops/signature/call_size.h"
#include "ops/signature/shape.h"
#include "tools/workbench/tune/search.h"

namespace nestwright::tune {

// Compiles the schedule for the machine that this runs on, and makes it ready for search(): timed in calls of this
// size, and verified by what is `expected` of the operator at the shape. Throws Error where the schedule is not legal.
Prepared prepare(const std::string& op, const std::string& algorithm, const Shape& shape, const CallSize& size,
                 const ScheduleSource& schedule, const std::shared_ptr<const std::vector<Expectation>>& expected);

}  // namespace nestwright::tune
