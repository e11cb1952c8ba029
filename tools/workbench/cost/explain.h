#pragma once

#include <string>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/cost/assembly.h"
#include "tools/workbench/cost/footprint.h"
#include "tools/workbench/cost/lower.h"
#include "tools/workbench/cost/lower_bound.h"
#include "tools/workbench/cost/time.h"

namespace nestwright::cost {

// One loop of the nest, in the order in which they begin.
struct ExplainedLoop {
  int depth = 0;  // how many loops are around it
  std::string name;
  bool is_parallel = false;
  LoopFootprint footprint;
};

// The traffic between a cache and what is beyond it.
struct ExplainedLevel {
  CacheShape cache;
  Traffic traffic;
  LowerBound bound;

  double bytes() const { return static_cast<double>((traffic.misses + traffic.write_backs) * cache.line); }
};

// What one call of an operator costs under a schedule, at a shape, when earlier calls have filled the caches.
struct Explanation {
  std::string op;
  Shape shape;
  std::string schedule;
  std::string target;
  std::vector<ExplainedLoop> loops;
  std::int64_t line = 64;              // bytes of a cache line
  double flops = 0.0;                  // floating-point operations; what the schedule computes twice counts twice
  double instructions = 0.0;           // arithmetic instructions
  double lanes = 0.0;                  // numbers that a floating-point instruction computes, on average
  double target_lanes = 0.0;           // floats in a vector of the target
  std::int64_t loads = 0, stores = 0;  // instructions
  double register_bytes = 0.0;         // moved between registers and the first-level cache
  std::vector<ExplainedLevel> levels;
  int live_registers = 0;       // vectors that are live at once, at most
  int vector_registers = 0;     // that the target has
  Spills spills;                // all 0 where ExplainRequest::with_assembly was false
  double parallel_tasks = 1.0;  // iterations of the parallel loop that has most; 1 without one
  PredictedTime time;
};

struct ExplainRequest {
  ScheduleSource schedule;
  std::string algorithm;
  std::string op;
  Shape shape;
  CallSize size;
  Halide::Target target;
  Machine machine;                 // of the target
  std::vector<CacheShape> caches;  // through which the accesses are walked; as a rule the machine's
  bool with_assembly = true;       // whether spills are counted, which takes as long as compiling
  bool with_footprints = true;     // whether `loops` is filled in
};

// The request's algorithm with its schedule applied. Throws Error for schedules that are not legal.
BoundAlgorithm scheduled(const ExplainRequest& request);

// Predicts the cost of a schedule for a CPU. Throws Error for schedules that are not legal, and for those of GPUs.
Explanation explain(const ExplainRequest& request);

}  // namespace nestwright::cost
