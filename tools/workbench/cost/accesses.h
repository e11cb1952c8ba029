#pragma once

#include <functional>
#include <set>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// `same`: exactly the same elements; `none`: no element in common; `maybe`: anything else, or unknown.
enum class Overlap { same, none, maybe };

// Whether two accesses to the same buffer touch the same elements in one iteration of all loops around them.
Overlap overlap(const Access& a, const Access& b);

// Calls `visit` for each access in the body. `is_direct` is false for accesses in its inner loops and branches.
void for_each_access(const Body& body, const std::function<void(const Access&, bool is_direct)>& visit);

bool has_loops(const Body& body);

}  // namespace nestwright::cost
