#pragma once

#include <Halide.h>

#include <vector>

#include "tools/workbench/cost/cache.h"

namespace nestwright::cost {

// What a processor's core takes for what kernels do, in seconds. Throughputs: per instruction where many independent
// ones follow each other.
struct Machine {
  double cycle = 0.0;                 // an addition of integers that waits for the one before
  double multiply_add = 0.0;          // of a whole vector of the target
  double narrow_multiply_add = 0.0;   // of half a vector or less
  double multiply_add_latency = 0.0;  // of one that waits for the one before
  double load = 0.0;                  // of a whole vector from the first level
  double narrow_load = 0.0;           // of a number
  double store = 0.0;                 // of a whole vector
  double narrow_store = 0.0;
  // Of a line that a cache's next level has, while lines are read in order: one for each of `caches`.
  std::vector<double> line;
  std::vector<CacheShape> caches;  // host_caches()
};

// Measures this machine, for vectors of the target's width, in about a quarter of a second. Throws Error for
// targets that this machine is not.
Machine measure_machine(const Halide::Target& target);

}  // namespace nestwright::cost
