#pragma once

#include <Halide.h>

#include "generators/kernel_list.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// The algorithm that `request` names, at its shape, as a kernel for `target` takes it. Throws Error if the request is
// not valid: an unknown operator or algorithm, a wrong shape, a file that can't be read.
BoundAlgorithm bind_request(const KernelRequest& request, const Halide::Target& target);

// The schedule that the kernel of `request` gets. With `records`, a line on standard error says which it is. Throws
// Error if a file can't be read or is wrong.
ScheduleSource chosen_schedule(const KernelRequest& request, const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
