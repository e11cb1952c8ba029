#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// What a build asks the generator for, as values by their names: `op`; `algorithm` (if absent, the schedule's);
// `shape`; `schedule`, a .nest file; `tune`, the values of its parameters. Shapes and values are written
// "name:value,name:value", since Halide's command line uses '=' and spaces itself. With `records`, a file of
// `nestwright tune`, the fastest schedule that was recorded for this processor (for CUDA, for the device that `gpu`
// names) replaces `schedule`, if there is one.
using KernelRequest = std::map<std::string, std::string>;

// The algorithm that `request` names, at its shape, as a kernel for `target` takes it. Throws Error if the request is
// not valid: an unknown operator or algorithm, a wrong shape, a file that can't be read.
BoundAlgorithm bind_request(const KernelRequest& request, const Halide::Target& target);

// The schedule that the kernel of `request` gets. With `records`, a line on standard error says which it is. Throws
// Error if a file can't be read or is wrong.
ScheduleSource chosen_schedule(const KernelRequest& request, const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
