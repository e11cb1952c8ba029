#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::workbench {

// The names of a pipeline's Funcs and loops before it is scheduled: those that Halide gives, and those of schedules.
struct PipelineNames {
  std::vector<std::string> funcs;               // Halide's names, by the index that Pipeline::get_func() takes
  std::map<std::string, std::string> schedule;  // from Halide's name of a Func or reduction loop to that in schedules
  // From Halide's name of a Func to a list for its definition, then one for each update: the stage's loops, or its
  // reduction loops only, in Halide's order and with Halide's names.
  std::map<std::string, std::vector<std::vector<std::string>>> loops, reductions;
  std::set<std::string> outputs;  // Halide's names of the outputs
};

PipelineNames names_of(const BoundAlgorithm& bound);

// The .nest text of a schedule that an autoscheduler printed as C++ (AutoSchedulerResults::schedule_source; Adams2019,
// Mullapudi2016 and Li2018 print three dialects of it). `names` are those of `bound` before it was scheduled. Copies of
// inputs that schedules can't name are left out, which a comment in the text says. Tail strategies of an output are
// left out, too: the schedule language chooses safe ones. Throws Error for C++ that is no such schedule.
std::string import_schedule(const std::string& schedule_source, const PipelineNames& names,
                            const BoundAlgorithm& bound);

}  // namespace nestwright::workbench
