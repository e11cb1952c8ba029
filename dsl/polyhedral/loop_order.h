#pragma once

#include <Halide.h>

#include <optional>
#include <string>
#include <vector>

#include "dsl/polyhedral/affine_text.h"
#include "dsl/polyhedral/stage_model.h"

namespace nestwright::polyhedral {

// The loops that a schedule makes of a stage, as Halide keeps them: the splits, fusions and renamings in their order,
// and the loops that are left.
struct LoopNest {
  std::vector<Halide::Internal::Split> splits;
  std::vector<Halide::Internal::Dim> dims;  // the innermost first, as Halide has them
  bool is_atomic = false;

  static LoopNest of(const Halide::Internal::StageSchedule& schedule);
};

// A loop, and the iteration of it in which an iteration of the stage runs.
struct TimedLoop {
  std::string name;  // Halide's, "k.ko"
  Halide::Internal::ForType type = Halide::Internal::ForType::Serial;
  // The number of the loop's iteration: an expression in isl's notation over the stage's variables. Nothing for a part
  // of a fused loop where the inner one's extent is not known, for then it can't be told.
  std::optional<std::string> iteration;
  // Whether any two iterations of the stage that touch the same element are in the same iteration of this loop.
  bool is_common = true;
};

// The loops of a nest, the outermost first. `names`: how isl's text calls the stage's variables.
std::vector<TimedLoop> time_loops(const StageModel& model, const LoopNest& nest, const Names& names);

// Whether iterations of such a loop may run at the same time: parallel, vectorized, or on a GPU.
bool is_concurrent(Halide::Internal::ForType type);

}  // namespace nestwright::polyhedral
