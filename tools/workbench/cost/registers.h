#pragma once

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Removes accesses from a nest, and moves them out of loops, as LLVM does, so that those are left that a processor
// executes:
// - what is allocated on the stack and indexed by constants only becomes registers (scalar replacement of aggregates);
// - in straight-line code, a value that was loaded or stored before is not loaded again, and a store that is
//   overwritten is left out (global value numbering, dead store elimination);
// - what does not change in a loop is loaded before it, and stored after it where nothing else may touch the place
//   (loop-invariant code motion), as long as registers last.
// Fills in live_registers, chain, updates, sums and carries_sums of every body.
void assign_registers(Nest& nest);

}  // namespace nestwright::cost
