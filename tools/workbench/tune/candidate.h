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

// Compiles the schedule for the machine that this runs on, and returns what search() needs of it: a function that times
// calls of this size, and one that compares its results with those `expected` of the operator at the shape. Throws
// Error where the schedule is not legal, and where its kernel fails when it is called.
Prepared prepare(const std::string& op, const std::string& algorithm, const Shape& shape, const CallSize& size,
                 const ScheduleSource& schedule, const std::shared_ptr<const std::vector<Expectation>>& expected);

}  // namespace nestwright::tune
