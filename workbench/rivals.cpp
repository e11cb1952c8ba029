#include "workbench/rivals.h"

#include <Halide.h>

#include <functional>
#include <memory>

#include "error/error.h"
#include "reference/comparison.h"
#include "workbench/autoscheduler.h"
#include "workbench/shipped_schedule.h"
#include "workbench/trial.h"

namespace nestwright::workbench {
namespace {

struct Rival {
  std::string name;
  std::function<Kernel()> make;
};

// Its rivals are right, or don't count.
Kernel verified(Kernel kernel) {
  const reference::Comparison comparison = verify(kernel);
  if (!comparison.is_right()) throw Error("wrong", comparison.complaint);
  return kernel;
}

}  // namespace

std::vector<RivalTime> time_beside_rivals(const tune::Record& winner, const Use& use, bool autoschedulers) {
  std::vector<Rival> rivals = {{"best", [&] { return compile(tune::schedule_of(winner, "record"), use); }}};
  if (const auto shipped = shipped_schedule(use)) {
    rivals.push_back({"shipped", [&use, shipped] { return compile(*shipped, use); }});
  }
  if (autoschedulers) {
    for (const std::string& name : autoscheduler_names()) {
      rivals.push_back({name, [&, name] { return autoschedule(name, use, winner.key.algorithm, winner.batch); }});
    }
  }
  Halide::Internal::JITSharedRuntime::set_num_threads(1);
  std::vector<RivalTime> times;
  std::vector<std::shared_ptr<const Kernel>> kernels;
  std::vector<std::function<void()>> calls;
  std::vector<std::size_t> timed;
  for (const Rival& rival : rivals) {
    times.push_back({.name = rival.name});
    try {
      kernels.push_back(std::make_shared<const Kernel>(verified(rival.make())));
      calls.push_back(timed_call(*kernels.back(), winner.batch));
      calls.back()();
      timed.push_back(times.size() - 1);
    } catch (const Error& error) {
      if (rival.name == "best") throw;
      if (calls.size() > timed.size()) calls.pop_back();
      times.back().complaint = error.what();
    }
  }
  const std::vector<Timing> timings = time_calls(calls, {.samples = 31, .sample_seconds = 2e-3});
  for (std::size_t i = 0; i < timed.size(); ++i) {
    times[timed[i]].seconds = timings[i].median_seconds;
    times[timed[i]].spread = timings[i].spread;
  }
  return times;
}

}  // namespace nestwright::workbench
