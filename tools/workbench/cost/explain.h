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

// What a schedule makes of an operator at a shape: one call of it, when others have been before.
struct Explanation {
  std::string op;
  Shape shape;
  std::string schedule;
  std::string target;
  std::vector<ExplainedLoop> loops;
  std::int64_t line = 64;
  double flops = 0.0;         // of the nest as scheduled, with what it computes more than once
  double instructions = 0.0;  // of arithmetic
  double lanes = 0.0;         // that a floating-point instruction uses, on average
  double target_lanes = 0.0;  // that it has for float
  std::int64_t loads = 0, stores = 0;
  double register_bytes = 0.0;  // between registers and the first level
  std::vector<ExplainedLevel> levels;
  int live_registers = 0;
  int vector_registers = 0;
  Spills spills;
  double parallel_tasks = 1.0;
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
  std::vector<CacheShape> caches;  // to walk through; the machine's, as a rule
  bool with_assembly = true;       // counting spills takes as long as compiling
  bool with_footprints = true;
};

// The request's algorithm under its schedule. Throws Error for schedules that are not legal.
BoundAlgorithm scheduled(const ExplainRequest& request);

// Throws Error for schedules that are not legal, and for those of GPUs.
Explanation explain(const ExplainRequest& request);

}  // namespace nestwright::cost
