#pragma once

#include <string>
#include <vector>

#include "tools/workbench/cost/machine.h"
#include "tools/workbench/cost/nest.h"
#include "tools/workbench/cost/walk.h"

namespace nestwright::cost {

// What a call would take if nothing else took any time.
struct Resource {
  std::string name;
  double seconds = 0.0;
};

struct PredictedTime {
  double seconds = 0.0;
  // Each resource over the whole call, the largest of which is the roofline's bound (Williams, Waterman and Patterson
  // 2009, with one ceiling for each port and each level of the memory).
  std::vector<Resource> resources;
  double spills = 0.0;  // vectors that accumulators beyond the registers are stored and loaded in a call

  const Resource& binding() const;
};

// Of one thread's call of a walked nest. Each iteration of a body takes as long as the resource that it keeps busiest:
// multiply-adds, loads, stores, instructions, or the chain of additions to one sum, which wait for each other. Lines
// that caches miss come at the same time, but for a share that is not hidden.
PredictedTime predict_time(const Nest& nest, const Walked& walked, const Machine& machine);

}  // namespace nestwright::cost
