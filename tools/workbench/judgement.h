#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "generators/kernel_interface/kernel.h"
#include "ops/reference/comparison.h"
#include "support/timing.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// What was found when a schedule was compiled, verified and timed.
struct Judgement {
  std::string complaint;  // why it is not legal, or can't be run; where there is one, the other members mean nothing
  Use use;
  reference::Comparison comparison;  // with float64 loops; a schedule that is wrong is not timed
  Timing timing;                     // of one call with `batch` images
  Timing shipped_timing;             // of the shipped schedule, whose samples are taken in turn with the judged one's
  std::string shipped_name;          // for example "conv2d/cpu"
  std::int64_t batch = 0;            // images that a timed call takes
  double seconds = 0.0;              // that the judgement took

  bool is_good() const { return complaint.empty() && comparison.is_right(); }
};

// Judges schedules, one after another. The shipped schedule of a use is read and compiled once, when it is first
// needed: while a user edits that very file, each version is compared with the one that was there at first.
class Judge {
 public:
  Judge(UseRequest request, std::int64_t batch) : request_(std::move(request)), batch_(batch) {}

  // Judges the schedule in `file`, for the largest of the uses that the request means. Never throws Error: what is
  // wrong with the file or the request is the judgement's complaint.
  Judgement operator()(const std::filesystem::path& file);

 private:
  const Kernel& shipped_kernel(const Use& use);
  void judge(const std::filesystem::path& file, Judgement& judgement);

  UseRequest request_;
  std::int64_t batch_;
  std::map<std::string, Kernel> shipped_;  // by "operator shape"
};

// The judgement in one line, such as "legal; right, ...; 98.1 us ...". A complaint is given as it is, with the
// schedule's line and a caret below it.
std::string text_of(const Judgement& judgement);

}  // namespace nestwright::workbench
