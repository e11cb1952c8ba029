#pragma once

#include <Halide.h>

#include <vector>

namespace nestwright::polyhedral {

// The pipeline of these outputs, as they are scheduled, lowered so that a GPU's loops over blocks and threads are where
// the schedule has them: Halide fuses them before it lets anyone see a lowered statement. They are Parallel loops in
// it, and all others are Serial; a loop over one block may be left out. Throws Halide::Error where Halide
// can't lower it.
Halide::Internal::Stmt lower_unfused(const std::vector<Halide::Internal::Function>& outputs,
                                     const Halide::Target& target);

// Of the loops of such a statement.
bool is_over_blocks(const Halide::Internal::For& loop);
bool is_over_threads(const Halide::Internal::For& loop);

}  // namespace nestwright::polyhedral
