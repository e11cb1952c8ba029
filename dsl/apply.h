#pragma once

#include <Halide.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dsl/check.h"
#include "dsl/schedule_names.h"

namespace nestwright::dsl {

// What a schedule may name, and what it must not change.
struct Pipeline {
  std::string op;                                           // the operator's name, for messages
  std::map<std::string, Halide::Func> funcs;                // by the name that schedules use
  std::map<std::string, Halide::RVar> reduction_variables;  // likewise; pure variables go by their Halide names
  // The dimensions of tensors, by the tensors' names, for messages: not all of them are Funcs that schedules may name.
  std::map<std::string, std::vector<std::string>> tensors;
  std::set<std::string> in_place;  // outputs whose elements must be computed exactly once: no ShiftInwards tails
};

ScheduleNames names_of(const Pipeline& pipeline);

// A directive that was applied to a Func or to one of its stages.
struct AppliedCall {
  std::string func;  // by Halide's name
  Call call;
};

// What a schedule made of a pipeline.
struct Applied {
  // One line each: where the schedule adds up in another order, so that results may differ in the last bits.
  std::vector<std::string> notes;
  ScheduleNames names;
  std::vector<AppliedCall> calls;  // in the order of the text
};

// Applies the directives in their order, and proves that they keep every dependence of the algorithm
// (docs/legality.md). Throws Error (file:line:column, the line, a caret, what is wrong, the nearest name) where a name
// is unknown, a directive is illegal, or Halide refuses it; IllegalSchedule (dsl/illegal_schedule.h), an Error, where a
// stage's loops break a dependence.
Applied apply(const CheckedSchedule& schedule, const Pipeline& pipeline, const Halide::Target& target);

}  // namespace nestwright::dsl
