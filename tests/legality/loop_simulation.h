#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dsl/polyhedral/conflict.h"

namespace nestwright::polyhedral {

// Brute force, to hold the proofs against: every iteration of an update is listed, the loops are followed number by
// number, and every pair of iterations is looked at. Shares the stage's model with the proofs, and no algebra.
class LoopSimulation {
 public:
  // Extents where the model leaves them open: of pure variables, and of reductions.
  LoopSimulation(const StageModel& model, LoopNest nest, std::int64_t open_pure, std::int64_t open_reduction);

  // How two iterations, the first before the second in the algorithm, break a dependence under these loops.
  std::optional<Conflict::Kind> conflict_of(const Iteration& first, const Iteration& second) const;

  // Some pair that does, where races alone count or any. Iterations beyond `most` are not listed.
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
