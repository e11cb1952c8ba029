#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "generators/kernel_interface/kernel.h"
#include "ops/reference/comparison.h"
#include "support/timing.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// What became of a schedule, compiled and run.
struct Judgement {
  std::string complaint;  // why it is not legal, or can't be run; empty: what follows counts
  Use use;
  reference::Comparison comparison;  // with float64 loops; where it is wrong, nothing is timed
  Timing timing;                     // of one call, on `batch` images
  Timing shipped_timing;             // of the operator's shipped schedule, timed in turn with it
  std::string shipped_name;          // "conv2d/cpu"
  std::int64_t batch = 0;
  double seconds = 0.0;  // that the judgement took

  bool is_good() const { return complaint.empty() && comparison.is_right(); }
};

// Judges schedules, one after another. A use's shipped kernel is compiled once, with what its file held then: a shipped
// schedule that is being changed is held against itself as it was.
class Judge {
 public:
  Judge(UseRequest request, std::int64_t batch) : request_(std::move(request)), batch_(batch) {}

  // Of several uses that the request means, the largest. A request that fits nothing is a complaint, too.
  Judgement operator()(const std::filesystem::path& file);

 private:
  const Kernel& shipped_kernel(const Use& use);
  void judge(const std::filesystem::path& file, Judgement& judgement);

  UseRequest request_;
  std::int64_t batch_;
  std::map<std::string, Kernel> shipped_;  // by operator and shape
};

// One line: "legal; right, ...; 98.1 us ...", or what is wrong, with the schedule's line and a caret.
std::string text_of(const Judgement& judgement);

}  // namespace nestwright::workbench
