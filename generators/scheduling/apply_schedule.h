#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "dsl/apply.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// A schedule to apply: the text of a .nest file, its name for messages, and values for its tunable parameters where
// they are not to be the defaults.
struct ScheduleSource {
  std::string file;
  std::string text;
  std::map<std::string, int> parameters;
};

// Whether a Func of the algorithm has an update that gives a Tuple. Such an algorithm must not be compiled with
// strict_float: Halide 21 then stores the Tuple's first value before it computes the second from the overwritten one.
bool updates_a_tuple(const BoundAlgorithm& bound);

// Parses and checks `schedule` and applies it to the algorithm, whose Funcs are then scheduled. Gives notes, one line
// each: where results may differ in the last bits. Throws Error (file:line:column) where the schedule is wrong or
// illegal.
std::vector<std::string> apply_schedule(const BoundAlgorithm& bound, const ScheduleSource& schedule,
                                        const Halide::Target& target);

// What schedules may name of the algorithm.
dsl::Pipeline pipeline_of(const BoundAlgorithm& bound);

// Parses the schedule. Throws Error (file:line:column) where it is not in the schedule language, and where there is no
// such operator, or no such algorithm of it.
dsl::Schedule parse_schedule(const ScheduleSource& schedule);

// The name of the algorithm that the schedule says it is for; "" stands for the operator's default. Throws Error where
// the text can't be parsed.
std::string algorithm_of(const ScheduleSource& schedule);

// The first line of a message. Halide's go on for many lines.
std::string first_line(const std::string& message);

// The schedule in `file`, with no parameters set. Throws Error where it can't be read.
ScheduleSource read_schedule(const std::string& file);

}  // namespace nestwright
