#pragma once

#include <string>
#include <vector>

#include "tools/workbench/cost/machine.h"
#include "tools/workbench/cost/nest.h"
#include "tools/workbench/cost/walk.h"

namespace nestwright::cost {

// How long a call would take if only this resource took any time.
struct Resource {
  std::string name;
  double seconds = 0.0;
};

struct PredictedTime {
  double seconds = 0.0;
  // The resources' times for the whole call. The largest is the roofline's bound (Williams, Waterman and Patterson
  // 2009, with one ceiling for each port and each level of the memory).
  std::vector<Resource> resources;
  double spills = 0.0;  // vectors stored, and as many loaded, in a call, because accumulators exceed the registers

  // The resource with the largest time.
  const Resource& binding() const;
};

// Predicts the time of a call on one thread. `nest` is one that walk() has gone through, and `walked` its result. Each
// iteration of a body takes as long as the resource that it keeps busiest: multiply-adds, loads, stores, instructions,
// or the chain of additions to one sum, each of which waits for the one before. Lines that caches miss are fetched
// meanwhile, but a share of the time for that is not hidden. docs/cost-model.md has the constants.
PredictedTime predict_time(const Nest& nest, const Walked& walked, const Machine& machine);

}  // namespace nestwright::cost
