#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "bench/candidates/candidate.h"
#include "bench/candidates/compiled_candidates.h"
#include "generators/kernel_interface/kernel.h"
#include "model/data/dataset.h"

namespace nestwright::bench {

// What became of a candidate at a batch size.
struct Timing {
  std::int64_t batch = 0;
  double seconds = std::numeric_limits<double>::infinity();  // of a launch; infinity: it failed, or is wrong
  std::string complaint = {};                                // why

  bool is_right() const { return complaint.empty(); }
};

// Times one kernel's candidates within lenet5 on a CUDA device, at random images that lie there.
class CandidateTimer {
 public:
  // The provider, of all the other kernels, and the candidates must outlive it.
  CandidateTimer(const KernelProvider& provider, const CompiledCandidates& compiled, const CandidateTable& table,
                 std::vector<std::int64_t> batches);
  ~CandidateTimer();

  // At each batch size, the candidates being asked for in their order: the results of a step are compared with those of
  // the first, the schedule that ships. Never throws for a candidate that fails; where the first does, nothing is left
  // to compare the others with, and none is to be asked for.
  std::vector<Timing> time(std::size_t index);

  // Whether the device still takes steps with the provider's own kernels.
  bool has_device() const;

 private:
  struct Results;
  std::vector<Timing> timed(const KernelProvider& provider);

  const KernelProvider* provider_ = nullptr;
  const CompiledCandidates* compiled_ = nullptr;
  const CandidateTable* table_ = nullptr;
  std::vector<std::int64_t> batches_;
  std::shared_ptr<const Dataset> dataset_;
  std::vector<Results> expected_;  // by the batch; empty until the first candidate ran
};

}  // namespace nestwright::bench
