#pragma once

#include <Halide.h>

#include <cstdint>

#include "generators/scheduling/bound_algorithm.h"
#include "ops/signature/call_size.h"
#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Lowers a scheduled algorithm with Halide for calls of `size`, and reads its loops and accesses from the statement.
// Throws Error for schedules of GPUs, and Halide::Error where Halide refuses the schedule.
Nest lower(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size);

// As lower(), for a schedule of a GPU and a target that has one: the nest has loops over blocks and threads.
Nest lower_for_gpu(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size);

}  // namespace nestwright::cost
