#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "dsl/schedule.h"

namespace nestwright::dsl {

// A schedule whose directives exist and have arguments of the right kinds, with every tunable parameter's value.
// In `schedule`, numbers stand where parameters and expressions of them stood as arguments.
struct CheckedSchedule {
  Schedule schedule;
  std::map<std::string, int> values;
};

// The targets for which `tune` may give a default, the most specific one last: "sse41", "avx2", ..., "cuda".
std::vector<std::string> tunable_targets();

// Whether `values`, which hold every parameter, fulfil every `require` of the schedule. Throws Error where one can't
// be evaluated.
bool fulfils_requirements(const Schedule& schedule, const std::map<std::string, int>& values);

// Checks everything that can be known without the pipeline. `parameters`: values to use instead of the defaults.
// Throws Error for an unknown parameter, a value that is no candidate, a `require` that is broken, a directive that
// does not exist, and arguments that it does not take.
CheckedSchedule check(const Schedule& schedule, const Halide::Target& target,
                      const std::map<std::string, int>& parameters = {});

}  // namespace nestwright::dsl
