#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "ops/reference/comparison.h"
#include "support/timing.h"
#include "tools/workbench/measured_machine.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// What the cost model predicts of a schedule for the whole batch.
struct Prediction {
  double seconds = 0.0;
  // Of each cache, by its name: the bytes that it reads from the next level and writes back to it.
  std::vector<std::pair<std::string, double>> bytes;
};

// One row of a comparison: a schedule, or a rival.
struct Entry {
  std::string name;
  std::map<std::string, int> parameters;  // of the schedule, where they differ from its defaults
  bool is_rival = false;
  std::string reason;            // why it was not timed; empty where it was
  reference::Comparison errors;  // with float64 loops; only schedules have it
  Timing timing;
  // None for rivals, for schedules that the cost model can't read, and where it did not measure the machine.
  std::optional<Prediction> prediction;
  std::string loop_nest;  // the scheduled loops as Halide prints them; empty for rivals

  bool is_timed() const { return reason.empty(); }
};

struct CompareRequest {
  Use use;
  std::int64_t batch = 64;  // images that a timed call takes
  std::vector<ScheduleSource> schedules;
  std::vector<std::string> rivals;  // some of rival_names()
  TimingPlan plan = {};
};

struct CompareResult {
  Use use;
  std::int64_t batch = 64;
  double flops = 0.0;        // of the whole batch
  double peak = 0.0;         // MeasuredMachine::peak
  double bandwidth = 0.0;    // MeasuredMachine::bandwidth
  double least_bytes = 0.0;  // of all tensors of the whole batch, each counted once
  std::vector<Entry> entries;

  // The time of the fastest rival, in seconds for the whole batch; nothing where no rival was timed.
  std::optional<double> best_rival_seconds() const;
};

// The names of all rivals, in the order in which a comparison shows them.
const std::vector<std::string>& rival_names();

// Verifies every schedule, then times the right ones and the rivals, each on one thread, in one run that interleaves
// their calls. PyTorch is timed afterwards, in a process of its own. What can't be compiled, verified or run has an
// entry with its reason and no time. `machine` has what this machine can do.
CompareResult compare(const CompareRequest& request, const MeasuredMachine& machine);

}  // namespace nestwright::workbench
