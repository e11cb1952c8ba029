#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// A schedule to apply: the text of a .nest file, its name for messages, and values for its tunable parameters where
// they are not to be the defaults.
struct ScheduleSource {
  std::string file;
  std::string text;
  std::map<std::string, int> parameters;
};

// Whether some Func of the algorithm has an update that gives a Tuple: no target may then have strict_float, with which
// Halide 21 stores the first value before it computes the second.
bool updates_a_tuple(const BoundAlgorithm& bound);

// Parses, checks and applies `schedule`; gives dsl::apply's notes. Throws Error.
std::vector<std::string> apply_schedule(const BoundAlgorithm& bound, const ScheduleSource& schedule,
                                        const Halide::Target& target);

// The algorithm that the schedule is for; the operator's default is "". Throws Error where it can't be parsed.
std::string algorithm_of(const ScheduleSource& schedule);

// The first line of a message from Halide, which may go on for many.
std::string first_line(const std::string& message);

// The text of `file`. Throws Error where it can't be read.
ScheduleSource read_schedule(const std::string& file);

}  // namespace nestwright
