#pragma once

#include <cstddef>
#include <vector>

#include "model/graph/graph.h"
#include "model/graph/memory_plan.h"

namespace nestwright {

// For each node the earlier ones that have to be done before it may begin: those whose output it reads, and, since
// tensors share memory, those that read or write what it overwrites. One that another of them waits for is left out.
// What is left may run side by side.
std::vector<std::vector<std::size_t>> dependencies_of(const Graph& graph, const MemoryPlan& plan,
                                                      const MemoryUnit& unit);

}  // namespace nestwright
