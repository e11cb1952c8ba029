#pragma once

#include <string>

#include "dsl/directive_guide.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::workbench {

// The loops of a scheduled algorithm as Halide's print_loop_nest() prints them, with the names that schedules use. It
// renames the reduction loops of `scheduled`, so an algorithm that is to be compiled must not be given.
std::string printed_loops(const BoundAlgorithm& scheduled);

// The loops, allocations and prefetches of the statement that Halide lowers the algorithm to, without what the loops
// compute. `shown` says how far it is lowered; it must not be Shown::loops.
std::string lowered_loops(const BoundAlgorithm& scheduled, const Halide::Target& target, dsl::Shown shown);

// The loops of a directive's example, with the line that it explains applied if `with_line`, otherwise without it.
// Throws Error where the example is not legal.
std::string example_loops(const dsl::GuideExample& example, bool with_line);

}  // namespace nestwright::workbench
