#include "tools/workbench/run_on_halide.h"

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "support/interrupt.h"

namespace nestwright::workbench {

int run_on_halide(const std::function<int()>& start) {
  end_at_interrupts();  // also while Halide compiles, which nothing else stops
  make_halide_strict();
  try {
    return start();
  } catch (const Halide::Error& error) {
    throw Error("nestwright", "Halide's compiler failed: " + first_line(error.what()));
  }
}

}  // namespace nestwright::workbench
