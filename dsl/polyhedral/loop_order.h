#pragma once

#include <Halide.h>

#include <optional>
#include <string>
#include <vector>

#include "dsl/polyhedral/affine_text.h"
#include "dsl/polyhedral/stage_model.h"

namespace nestwright::polyhedral {

// The loops that a schedule makes of a stage: what Halide keeps of splits, fusions, renamings and orders.
struct LoopNest {
  std::vector<Halide::Internal::Split> splits;
  std::vector<Halide::Internal::Dim> dims;  // the innermost first, as Halide has them
  bool is_atomic = false;

  static LoopNest of(const Halide::Internal::StageSchedule& schedule);
};

// A loop, and in which iteration of it an iteration of the stage runs: isl's text in the given names of the stage's
// variables. Nothing where that can't be told: a part of a loop that was fused over one whose extent is not known.
struct TimedLoop {
  std::string name;  // Halide's, "k.ko"
  Halide::Internal::ForType type = Halide::Internal::ForType::Serial;
  std::optional<std::string> iteration;
  // Two iterations that touch one element have it in common: it never tells them apart.
  bool is_common = true;
};

// The loops, the outermost first.
std::vector<TimedLoop> time_loops(const StageModel& model, const LoopNest& nest, const Names& names);

// Whether iterations of such a loop may run at the same time.
bool is_concurrent(Halide::Internal::ForType type);

}  // namespace nestwright::polyhedral
