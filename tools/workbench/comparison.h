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

// What the cost model says of a schedule, of the whole batch.
struct Prediction {
  double seconds = 0.0;
  std::vector<std::pair<std::string, double>> bytes;  // that each level of the caches takes from and gives to the next
};

// One of those that are compared: a schedule, or a rival.
struct Entry {
  std::string name;
  std::map<std::string, int> parameters;  // of the schedule, where they are not its defaults
  bool is_rival = false;
  std::string reason;            // why there is no figure; empty where there is one
  reference::Comparison errors;  // against float64 loops; of schedules only
  Timing timing;
  std::optional<Prediction> prediction;  // of schedules that the cost model reads, where it knows the machine
  std::string loop_nest;                 // the scheduled loops as Halide prints them; of schedules only

  bool is_timed() const { return reason.empty(); }
};

struct CompareRequest {
  Use use;
  std::int64_t batch = 64;
  std::vector<ScheduleSource> schedules;
  std::vector<std::string> rivals;  // "onednn", "pytorch", "autoschedulers", "cudnn"
  TimingPlan plan = {};
};

struct CompareResult {
  Use use;
  std::int64_t batch = 64;
  double flops = 0.0;  // of the whole batch
  double peak = 0.0;   // MeasuredMachine has what these two are
  double bandwidth = 0.0;
  double least_bytes = 0.0;  // of the whole batch: every tensor once
  std::vector<Entry> entries;

  // The fastest rival's time; nothing where none was timed.
  std::optional<double> best_rival_seconds() const;
};

// The rivals that there are, in this order.
const std::vector<std::string>& rival_names();

// Verifies every schedule, then times those that are right, and the rivals, one thread each, in one interleaved run on
// `machine`. What can't be compiled, verified or run stays in the result, with its reason.
CompareResult compare(const CompareRequest& request, const MeasuredMachine& machine);

}  // namespace nestwright::workbench
