#pragma once

#include <Halide.h>

#include <cstdint>

#include "generators/scheduling/bound_algorithm.h"
#include "ops/signature/call_size.h"
#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Lowers a scheduled algorithm with Halide, and reads its loops and accesses from the statement. Throws Error for
// schedules of GPUs and for what Halide refuses.
Nest lower(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size);

// The same of a GPU's schedule, with loops over blocks and threads; for a target that has a GPU.
Nest lower_for_gpu(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size);

}  // namespace nestwright::cost
