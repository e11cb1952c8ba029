#pragma once

#include <Halide.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"

namespace nestwright::bench {

// For which of lenet5's kernels candidates are chosen, and how many.
struct Choice {
  std::string op;
  std::string layer;
  Halide::Target target;  // with CUDA
  // The images of the calls for which times are estimated: a small batch, and a large one. These two, and the two
  // numbers below, are choices; more candidates take longer to compile, and to time.
  std::vector<std::int64_t> batches = {64, 1024};
  std::size_t looked_at = 200;  // sets of parameters whose loops are looked at, at most
  std::size_t most = 40;        // candidates, at most
};

// Chooses candidates of the operator's schedule gpu.nest at lenet5's shape; the shipped one comes first. Sets of
// parameters near the shipped ones are ranked by the estimated time of their loops: the mean, over the batches, of its
// ratio to the shipped one's. Of sets with the same loops only the first is kept. Then, from the best on, each is
// assembled for sm_90 under a few caps on a thread's registers. Left out are caps under which a thread spills, caps
// that give no more registers than a lower one, and kernels whose block needs more registers than a multiprocessor has.
// Throws Error where there is no assembler, and where the shipped schedule itself is refused or left out.
CandidateTable choose(const Choice& choice);

}  // namespace nestwright::bench
