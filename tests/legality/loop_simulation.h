#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dsl/polyhedral/conflict.h"

namespace nestwright::polyhedral {

// Decides by brute force what the proofs decide by algebra, to test them: it lists every iteration of an update,
// computes the number of each loop's iteration that it runs in, and looks at every pair of iterations. All that it
// shares with the proofs is the stage's model.
class LoopSimulation {
 public:
  // `open_pure` and `open_reduction` are the extents of pure and of reduction variables whose extents the model leaves
  // open.
  LoopSimulation(const StageModel& model, LoopNest nest, std::int64_t open_pure, std::int64_t open_reduction);

  // How the loops break the dependence between two iterations, of which the algorithm runs `first` before `second`;
  // nothing if they keep it.
  std::optional<Conflict::Kind> conflict_of(const Iteration& first, const Iteration& second) const;

  // Whether there is a pair of iterations between which a dependence is broken: by a race, if `races_alone`, otherwise
  // in any way. Only the first `most` iterations are listed, which keeps their pairs countable.
  bool finds_conflict(bool races_alone, std::size_t most = 4000) const;

  bool exists(const Iteration& iteration) const;

 private:
  std::vector<std::pair<std::int64_t, bool>> times(const Iteration& iteration) const;
  std::vector<Conflict::Element> touched(const Iteration& iteration) const;
  bool comes_before(const Iteration& first, const Iteration& second) const;
  std::vector<Iteration> iterations(std::size_t most) const;

  std::int64_t extent_of(const Variable& variable) const;

  const StageModel& model_;
  LoopNest nest_;
  std::int64_t open_pure_, open_reduction_;
};

}  // namespace nestwright::polyhedral
