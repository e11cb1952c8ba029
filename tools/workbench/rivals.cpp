#include "tools/workbench/rivals.h"

#include "generators/records/recorded_schedule.h"
#include "support/error.h"
#include "tools/workbench/comparison.h"
#include "tools/workbench/shipped_schedule.h"

namespace nestwright::workbench {

std::vector<RivalTime> time_beside_rivals(const tune::Record& winner, const Use& use, bool autoschedulers) {
  CompareRequest request = {.use = use,
                            .batch = winner.batch,
                            .schedules = {tune::schedule_of(winner, "best")},
                            .plan = {.samples = 31, .sample_seconds = 2e-3}};
  if (auto shipped = shipped_schedule(use)) {
    request.schedules.push_back(std::move(*shipped));
    request.schedules.back().file = "shipped";
  }
  if (autoschedulers) request.rivals = {"autoschedulers"};
  std::vector<RivalTime> times;
  for (const Entry& entry : compare(request, {}).entries) {
    times.push_back({.name = entry.name,
                     .seconds = entry.timing.median_seconds,
                     .spread = entry.timing.spread,
                     .complaint = entry.reason});
  }
  if (!times.front().complaint.empty()) throw Error("best", times.front().complaint);
  return times;
}

}  // namespace nestwright::workbench
