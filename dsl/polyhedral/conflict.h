#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dsl/polyhedral/loop_order.h"
#include "dsl/polyhedral/stage_model.h"

namespace nestwright::polyhedral {

// An iteration of a stage: the value of each of its variables, by the variable's name in Halide.
using Iteration = std::map<std::string, std::int64_t>;

// Two iterations that a schedule may not run as it does: both touch one element, at least one of them writes it, the
// algorithm runs `first` before `second`, and the schedule runs them at the same time, or `second` first.
struct Conflict {
  enum class Kind {
    race,   // the loop's iterations run at the same time
    order,  // the loop, or one within it, runs `second` first
  };
  Kind kind = Kind::race;
  std::string loop;  // the outermost loop that has the two in different iterations; Halide's name
  Halide::Internal::ForType type = Halide::Internal::ForType::Serial;
  // Whether these two iterations conflict for certain. Where a fused loop was split, and the extent that it was fused
  // over is only known when bounds are inferred, all that is known is that some such pair may.
  bool is_certain = true;
  Iteration first, second;
  // The indices of the element that each of the two writes; nothing for an index that depends on data.
  using Element = std::vector<std::optional<std::int64_t>>;
  Element first_element, second_element;
};

// Whether the loops keep every dependence of the update, and if not, the witness that comes first in lexicographic
// order; whatever the extents are that the model leaves open. All pairs of iterations that touch one element count
// (Feautrier, "Dataflow analysis of array and scalar references", 1991, without the refinement to last writers, which
// for an update that reads what it writes changes nothing); they are kept where the loops' iterations are
// lexicographically ordered as they are, and no concurrent loop is the first to tell them apart (Allen and Kennedy,
// "Optimizing Compilers for Modern Architectures", 2001, section 2.3). Throws Error where isl fails.
std::optional<Conflict> find_conflict(const StageModel& model, const LoopNest& nest);

// Whether a stage's schedule is legal. At most one of the two is there; with neither, every dependence is kept.
struct StageVerdict {
  std::optional<Conflict> conflict;       // the schedule is illegal: these two iterations show it
  std::optional<Conflict> reassociation;  // it is legal, but adds up in another order, so that sums round differently
};

// Decides by what the update computes whether a conflict matters: where the order of updates changes nothing, only
// races do; where the update is atomic, races do not matter either, but rounding may change.
StageVerdict judge(const StageModel& model, const LoopNest& nest);

}  // namespace nestwright::polyhedral
