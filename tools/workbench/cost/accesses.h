#pragma once

#include <functional>
#include <set>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

enum class Overlap { same, none, maybe };

// How two accesses to the same buffer lie, in one iteration of all loops around them.
Overlap overlap(const Access& a, const Access& b);

// Calls `visit` for each access in the body, those of inner loops and branches too (`is_direct` false for them).
void for_each_access(const Body& body, const std::function<void(const Access&, bool is_direct)>& visit);

bool has_loops(const Body& body);

}  // namespace nestwright::cost
