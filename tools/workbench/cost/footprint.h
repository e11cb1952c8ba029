#pragma once

#include <cstdint>
#include <map>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// The cache lines that a loop touches, averaged over all its executions in a call.
struct LoopFootprint {
  std::int64_t executions = 0;
  std::int64_t iterations = 0;   // in all executions together
  double iteration_lines = 0.0;  // distinct cache lines that one iteration touches
  double loop_lines = 0.0;       // distinct cache lines that one execution, with all its iterations, touches

  // Iterations of an execution.
  double trips() const {
    return executions == 0 ? 0.0 : static_cast<double>(iterations) / static_cast<double>(executions);
  }
  // How many iterations use a line, on average: 1 where no two iterations share a line, trips() where all share all.
  double reuse() const { return loop_lines <= 0.0 ? 0.0 : trips() * iteration_lines / loop_lines; }
};

// The footprint of each loop of the nest, by the loop's symbol. Every iteration is gone through, so the counts are
// exact. Values in registers touch no line.
std::map<int, LoopFootprint> footprints(Nest& nest, std::int64_t line_bytes);

}  // namespace nestwright::cost
