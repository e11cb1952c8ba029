#pragma once

#include <string>

#include "dsl/directive_guide.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::workbench {

// The loops of a scheduled algorithm as Halide's print_loop_nest() has them, by the schedule's names. Renames loops of
// reductions: not for an algorithm that is to be compiled as well.
std::string printed_loops(const BoundAlgorithm& scheduled);

// Loops, allocations and prefetches of the statement that Halide lowers to, and nothing of what the loops compute;
// `shown` says how far it is lowered, and is not Shown::loops.
std::string lowered_loops(const BoundAlgorithm& scheduled, const Halide::Target& target, dsl::Shown shown);

// What an example shows, with its line applied or without. Throws Error where it is not legal.
std::string example_loops(const dsl::GuideExample& example, bool with_line);

}  // namespace nestwright::workbench
