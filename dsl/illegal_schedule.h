#pragma once

#include <Halide.h>

#include "dsl/polyhedral/conflict.h"
#include "dsl/polyhedral/thread_conflict.h"
#include "support/error.h"

namespace nestwright::dsl {

// A schedule whose loops break a dependence: an Error that names two iterations as a user knows them, and the same for
// programs. What the schedule did until then is done to the Func.
struct IllegalSchedule : Error {
  IllegalSchedule(const Error& error, Halide::Func broken, polyhedral::StageModel model_of_it,
                  polyhedral::LoopNest its_loops, polyhedral::Conflict witness)
      : Error(error),
        func(std::move(broken)),
        model(std::move(model_of_it)),
        nest(std::move(its_loops)),
        conflict(std::move(witness)) {}

  Halide::Func func;
  polyhedral::StageModel model;
  polyhedral::LoopNest nest;
  polyhedral::Conflict conflict;
};

// A schedule that computes or keeps a Func where that does not serve everything that uses it. All of the schedule has
// been applied.
struct IllegalPlacement : Error {
  explicit IllegalPlacement(const Error& error) : Error(error) {}
};

// A schedule with which a thread of a GPU reads what another thread keeps for itself: an Error that names both, and the
// same for programs. All of the schedule has been applied.
struct IllegalSharing : Error {
  IllegalSharing(const Error& error, polyhedral::ThreadConflict witness) : Error(error), conflict(std::move(witness)) {}

  polyhedral::ThreadConflict conflict;
};

}  // namespace nestwright::dsl
