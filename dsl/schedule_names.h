#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nestwright::dsl {

// Halide's name for a loop that a schedule calls `name`. It begins with '_', as no name of Halide's own does: Halide 21
// takes a loop called `base`, `s` or `v1` for what it computes itself under that name, with wrong results.
std::string halide_loop(const std::string& name);

// Whether a schedule can name the loop that Halide calls `halide_name`. It can't name those that Halide makes by
// itself, such as the inner loop of vectorize(x, 8), nor the one around all others.
bool has_schedule_name(std::string_view halide_name);

// The name that schedules have for a loop that Halide calls "x._xo": xo. For a loop that they can't name it is the
// name of the loop that this one is a part of. Reduction loops of the algorithm are known to ScheduleNames only.
std::string loop_in_schedule(std::string_view halide_name);

// How a schedule calls what Halide has other names for: Halide appends numbers, which depend on all that the process
// has done before, and makes up names for copies and parts.
struct ScheduleNames {
  std::map<std::string, std::string> funcs;       // from Halide's name to the schedule's
  std::map<std::string, std::string> reductions;  // the algorithm's reduction loops, likewise
  // Of a Func by its name in schedules, and of a tensor that is no Func of the schedule by its own.
  std::map<std::string, std::vector<std::string>> dimensions;

  std::string func(const std::string& halide_name) const;
  std::string loop(std::string_view halide_name) const;
  // Of a loop by its full name, which begins with the Func's and the stage's: "conv$3.s1.x.v5".
  std::string loop_of_stage(std::string_view full_name) const;
  // "`x`", for a dimension of a Func (by its name in schedules) that Halide gives the number of; "dimension 7" for
  // others.
  std::string dimension(const std::string& func, const std::string& number) const;
};

// The text, in which Halide says something, with the schedule's names.
std::string in_schedule_words(const std::string& text, const ScheduleNames& names);

}  // namespace nestwright::dsl
