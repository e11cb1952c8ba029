#include "tools/workbench/run_on_halide.h"

#include <fmt/format.h>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/message.h"

namespace nestwright::workbench {
namespace {

// Halide reads the variable itself, wherever it compiles in memory; no schedule is to blame for what it says.
void require_known_jit_target() {
  try {
    Halide::get_jit_target_from_environment();
  } catch (const Halide::Error&) {
    throw Error("HL_JIT_TARGET", fmt::format("'{}' is no target that this machine runs; expected host, or host and "
                                             "features, as host-avx2; or unset it",
                                             printable(Halide::Internal::get_env_variable("HL_JIT_TARGET"))));
  }
}

}  // namespace

int run_on_halide(const std::function<int()>& start) {
  end_at_interrupts();  // also while Halide compiles, which nothing else stops
  make_halide_strict();
  require_known_jit_target();
  try {
    return start();
  } catch (const Halide::Error& error) {
    throw Error("nestwright", "Halide's compiler failed: " + first_line(error.what()));
  }
}

}  // namespace nestwright::workbench
