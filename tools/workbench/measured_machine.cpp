#include "tools/workbench/measured_machine.h"

#include <Halide.h>

#include "bench/rivals/peak.h"
#include "support/error.h"

namespace nestwright::workbench {

MeasuredMachine measure_this_machine() {
  MeasuredMachine machine = {.peak = measured_fma_peak(1), .bandwidth = measured_memory_bandwidth(), .cost = {}};
  try {
    machine.cost = cost::measure_machine(Halide::get_jit_target_from_environment());
  } catch (const Error&) {
    machine.cost.reset();
  }
  return machine;
}

}  // namespace nestwright::workbench
