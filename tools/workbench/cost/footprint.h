#pragma once

#include <cstdint>
#include <map>

#include "tools/workbench/cost/nest.h"

namespace nestwright::cost {

// Of a loop, on average over all its executions in a call.
struct LoopFootprint {
  std::int64_t executions = 0;
  std::int64_t iterations = 0;   // of all executions
  double iteration_lines = 0.0;  // distinct cache lines that one iteration touches
  double loop_lines = 0.0;       // that all iterations of one execution touch

  double trips() const {
    return executions == 0 ? 0.0 : static_cast<double>(iterations) / static_cast<double>(executions);
  }
  // How many iterations use a line, on average: 1 where iterations share nothing, trips() where they share all.
  double reuse() const { return loop_lines <= 0.0 ? 0.0 : trips() * iteration_lines / loop_lines; }
};

// Counted exactly, iteration by iteration; by the loops' symbols. Registers count nothing.
std::map<int, LoopFootprint> footprints(Nest& nest, std::int64_t line_bytes);

}  // namespace nestwright::cost
