#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// What a build asks the generator for, by name: op, algorithm (the schedule's where it is absent), shape, schedule (a
// .nest file) and tune, the values of its parameters. Shapes and values are "name:value,name:value": Halide's command
// line leaves no other use for '=' and spaces. With records (a file of `nestwright tune`), the fastest schedule
// recorded for this processor, or for CUDA the device that gpu names, takes that schedule's place, where there is one.
using KernelRequest = std::map<std::string, std::string>;

// The algorithm that `request` names, at its shape, as a kernel for `target` takes it. Throws Error.
BoundAlgorithm bind_request(const KernelRequest& request, const Halide::Target& target);

// The schedule that its kernel gets; with records, a line on standard error says which. Throws Error.
ScheduleSource chosen_schedule(const KernelRequest& request, const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
