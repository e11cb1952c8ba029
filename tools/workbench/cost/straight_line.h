#pragma once

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Leaves out, of the accesses that lie directly in `body`, loads of what is known already and stores that are
// overwritten before anything may read them. Inner loops and branches are taken as they are.
void leave_out_repeated_accesses(Body& body);

}  // namespace nestwright::cost
