#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"
#include "generators/scheduling/failed_check.h"

namespace nestwright {

// Everything that a kernel checks when it is called, and what it comes to.
struct RunTimeChecks {
  std::optional<FailedCheck> failed;  // the first that some call would not pass
  // The call: the number of blocks, or of what else the shape leaves open. 1 where fewer can't be.
  std::int64_t open = 1;
  std::vector<std::string> undecided;        // Funcs or buffers of which something could not be evaluated
  std::optional<FailedCheck> fails_at_most;  // an allocation that is too large with `most_open`, and not before
  std::int64_t most_open = 1;
};

// Evaluates what the lowered statement checks, at its beginning and within its loops, and the sizes of what it
// allocates: for one block and for three, and for as many as the tensors allow. A branch that is not taken counts for
// nothing.
RunTimeChecks evaluate_checks(const BoundAlgorithm& bound, const Halide::Internal::Stmt& statement);

}  // namespace nestwright
