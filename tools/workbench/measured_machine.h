#pragma once

#include <optional>

#include "tools/workbench/cost/machine.h"

namespace nestwright::workbench {

// What one thread of this machine can do.
struct MeasuredMachine {
  double peak = 0.0;                  // floating-point operations a second
  double bandwidth = 0.0;             // of main memory, in bytes a second
  std::optional<cost::Machine> cost;  // for predictions; none where the cost model can't measure this machine
};

// Measures this machine, which takes a second or two; the times for predictions are the kept ones (kept_machine.h).
MeasuredMachine measure_this_machine();

}  // namespace nestwright::workbench
