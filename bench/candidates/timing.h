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

// How fast a candidate is at a batch size, or why it has no time.
struct Timing {
  std::int64_t batch = 0;                                    // images of a training step
  double seconds = std::numeric_limits<double>::infinity();  // of one launch; infinity: it failed, or is wrong
  std::string complaint = {};                                // how it failed, or what is wrong; empty: it is right

  bool is_right() const { return complaint.empty(); }
};

// Times the candidates of one kernel within training steps of lenet5 on a CUDA device, on random images that lie there.
class CandidateTimer {
 public:
  // `provider` has all the other kernels. It, `compiled` and `table`, which is the table of `compiled`, must outlive
  // the timer. `batches`: images of the training steps.
  CandidateTimer(const KernelProvider& provider, const CompiledCandidates& compiled, const CandidateTable& table,
                 std::vector<std::int64_t> batches);
  ~CandidateTimer();

  // The timings of candidate `index`, one for each batch size. Candidate 0, the schedule that ships, must be asked for
  // first: the loss and the gradients of a step with any other candidate are compared with its. Never throws for a
  // candidate that fails; but where candidate 0 fails, there is nothing to compare with, and no other may be asked for.
  std::vector<Timing> time(std::size_t index);

  // Whether the device can still take a training step with the provider's own kernels: a candidate may have lost it.
  bool has_device() const;

 private:
  struct Results;
  std::vector<Timing> timed(const KernelProvider& provider);

  const KernelProvider* provider_ = nullptr;
  const CompiledCandidates* compiled_ = nullptr;
  const CandidateTable* table_ = nullptr;
  std::vector<std::int64_t> batches_;
  std::shared_ptr<const Dataset> dataset_;
  std::vector<Results> expected_;  // of candidate 0, one for each of batches_; empty until it ran
};

}  // namespace nestwright::bench
