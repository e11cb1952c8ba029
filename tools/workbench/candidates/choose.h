#pragma once

#include <Halide.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"

namespace nestwright::bench {

// Which of lenet5's kernels, for which target with CUDA, and how many candidates.
struct Choice {
  std::string op;
  std::string layer;
  Halide::Target target;
  std::vector<std::int64_t> batches = {64, 1024};
  std::size_t looked_at = 200;  // sets of parameters, by their loops alone
  std::size_t most = 40;        // candidates, which are assembled
};

// The candidates of the operator's schedule gpu.nest at lenet5's shape, the one that ships first. Sets of parameters
// near the shipped ones are ranked by the estimated time of their loops (each batch's beside the shipped one's, added
// up); of two whose loops look the same, one is left. Then, from the best on, each is assembled for sm_90 under a few
// caps on a thread's registers; left out are caps under which it spills, caps that no thread reaches where a lower one
// is not reached either, and what no multiprocessor has registers for. Throws Error where there is no assembler.
CandidateTable choose(const Choice& choice);

}  // namespace nestwright::bench
