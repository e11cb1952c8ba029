#pragma once

#include <string>
#include <vector>

#include "generators/records/records.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// How long one call of a rival takes, or why it can't run.
struct RivalTime {
  std::string name;
  double seconds = 0.0;        // the median of its samples
  double spread = 0.0;         // Timing::spread
  std::string complaint = {};  // why it has no time; empty where it has
};

// Times side by side, on one thread: the winner of a search (the first of the result), the schedule that ships for the
// use, and, if `autoschedulers`, the schedules that Halide's autoschedulers make of the same algorithm. Throws Error
// where the winner can't be compiled.
std::vector<RivalTime> time_beside_rivals(const tune::Record& winner, const Use& use, bool autoschedulers);

}  // namespace nestwright::workbench
