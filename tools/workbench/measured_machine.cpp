#include "tools/workbench/measured_machine.h"

#include <Halide.h>

#include "bench/rivals/peak.h"
#include "support/error.h"
#include "tools/workbench/kept_machine.h"

namespace nestwright::workbench {

MeasuredMachine measure_this_machine() {
  MeasuredMachine machine = {.peak = measured_fma_peak(1), .bandwidth = measured_memory_bandwidth(), .cost = {}};
  try {
    machine.cost = kept_machine(Halide::get_jit_target_from_environment(), kept_machines_file()).machine;
  } catch (const Error&) {
    machine.cost.reset();
  }
  return machine;
}

}  // namespace nestwright::workbench
