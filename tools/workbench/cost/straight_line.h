#pragma once

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Removes accesses that lie directly in `body`: loads of values that are in a register already, and stores that are
// overwritten before anything may read them. Accesses in inner loops and branches stay.
void leave_out_repeated_accesses(Body& body);

}  // namespace nestwright::cost
