#pragma once

#include <Halide.h>

#include <span>
#include <vector>

#include "tools/workbench/cost/cache.h"

namespace nestwright::cost {

// How long a processor's core takes for what kernels do, in seconds. A time is that of one instruction among many that
// do not depend on each other, unless its comment says that it waits for the one before.
struct Machine {
  double cycle = 0.0;                 // an addition of integers that waits for the one before
  double multiply_add = 0.0;          // of a whole vector of the target
  double narrow_multiply_add = 0.0;   // of half a vector or less
  double multiply_add_latency = 0.0;  // of one that waits for the one before
  double load = 0.0;                  // of a whole vector from the first-level cache
  double narrow_load = 0.0;           // of a single float
  double store = 0.0;                 // of a whole vector
  double narrow_store = 0.0;          // of a single float
  double near_line = 0.0;             // of reading a line in order that the first-level cache has
  // For each of `caches`, the time that a line takes which the cache misses and the next level has, while lines are
  // read in order.
  std::vector<double> line;
  std::vector<CacheShape> caches;  // host_caches()
};

// A time of a machine that is one number, and what files call it.
struct NamedTime {
  const char* name;
  double Machine::*time;
};

// All of them: whatever is there but for `line`.
std::span<const NamedTime> named_times();

// What `a` and `b` measured of the same machine for the same target: of each time the shorter, for what else runs on a
// machine can only make it longer.
Machine quicker(const Machine& a, const Machine& b);

// The largest of all ratios, less one, between a time of `a` and the same time of `b`: 0.1 where one differs by 10 %.
double difference(const Machine& a, const Machine& b);

// Measures this machine, for vectors of the target's width, in about a quarter of a second. Throws Error for targets
// that are not x86, and for those with wider vectors than this machine has.
Machine measure_machine(const Halide::Target& target);

}  // namespace nestwright::cost
