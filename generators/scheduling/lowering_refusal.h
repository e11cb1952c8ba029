#pragma once

#include <Halide.h>

#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "support/error.h"

namespace nestwright {

// What Halide, or require_runnable(), said (`said`) of the algorithm `bound` under a schedule that is legal: an Error
// at the directive from which on Halide says it, in the schedule's own names. The directive is found by lowering the
// algorithm anew under the schedule's first directives. Where a vector or a tile is too wide, the message has the size
// or the tail that has been found to do.
Error lowering_refusal(const BoundAlgorithm& bound, const ScheduleSource& schedule, const Halide::Target& target,
                       const std::string& said);

}  // namespace nestwright
