#pragma once

#include <cstddef>
#include <vector>

#include "model/graph/graph.h"
#include "model/graph/memory_plan.h"

namespace nestwright {

// For each node, the earlier nodes that have to be done before it may begin: those whose output it reads, and, since
// tensors share memory by `plan`, those that read or write the memory that it overwrites. A node that another one of
// the list waits for is left out of the list. Nodes may run side by side unless one waits for the other, directly or by
// way of others.
std::vector<std::vector<std::size_t>> dependencies_of(const Graph& graph, const MemoryPlan& plan,
                                                      const MemoryUnit& unit);

}  // namespace nestwright
