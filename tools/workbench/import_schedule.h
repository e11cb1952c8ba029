#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::workbench {

// What the Funcs and loops of a pipeline are called before it is scheduled: by Halide, and by schedules.
struct PipelineNames {
  std::vector<std::string> funcs;               // Halide's names, by the index that Pipeline::get_func() takes
  std::map<std::string, std::string> schedule;  // Halide's name of a Func or reduction loop: the one in schedules
  // Halide's name of a Func: the loops and the reduction loops of its definition, its update 0, ..., as Halide orders
  // and calls them.
  std::map<std::string, std::vector<std::vector<std::string>>> loops, reductions;
  std::set<std::string> outputs;  // Halide's names
};

PipelineNames names_of(const BoundAlgorithm& bound);

// The .nest text of a schedule that an autoscheduler printed as C++ (AutoSchedulerResults::schedule_source; Adams2019,
// Mullapudi2016 and Li2018 print three dialects of it). Copies of inputs that schedules can't name are left out, with
// a comment; an output's tail strategies are left to the language, which knows which are safe. Throws Error for C++
// that is no such schedule.
std::string import_schedule(const std::string& schedule_source, const PipelineNames& names,
                            const BoundAlgorithm& bound);

}  // namespace nestwright::workbench
