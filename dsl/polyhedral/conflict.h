#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dsl/polyhedral/loop_order.h"
#include "dsl/polyhedral/stage_model.h"

namespace nestwright::polyhedral {

// An iteration of a stage: the values of its variables, by Halide's names.
using Iteration = std::map<std::string, std::int64_t>;

// Two iterations that a schedule may not run as it does: both touch one element, at least one of them writes it, the
// algorithm runs `first` before `second`, and the schedule runs them at the same time, or `second` first.
struct Conflict {
  enum class Kind {
    race,   // the loop's iterations run at the same time
    order,  // the loop, or one within it, runs `second` first
  };
  Kind kind = Kind::race;
  std::string loop;  // Halide's name; the outermost loop in which the two are in different iterations
  Halide::Internal::ForType type = Halide::Internal::ForType::Serial;
  // Whether the two iterations do it: where a fused loop was split, and the extent that it was fused over is known only
  // later, some such pair may.
  bool is_certain = true;
  Iteration first, second;
  // Of both iterations, what each writes; an index that depends on data is unknown.
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

// What a stage's schedule comes to.
struct StageVerdict {
  std::optional<Conflict> conflict;       // it is illegal
  std::optional<Conflict> reassociation;  // it is legal, as an atomic stage, but sums come in another order and round
};

// Weighs conflicts by what the update computes: where order changes nothing, only races matter; atomic updates may also
// race and round differently.
StageVerdict judge(const StageModel& model, const LoopNest& nest);

}  // namespace nestwright::polyhedral
