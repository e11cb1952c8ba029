#include "tools/workbench/comparison.h"

#include <Halide.h>
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <deque>
#include <functional>

#include "bench/rivals/onednn.h"
#include "bench/rivals/peers.h"
#include "generators/kernel_call/random_call.h"
#include "generators/kernel_call/verification.h"
#include "generators/scheduling/bound_algorithm.h"
#include "model/device/cuda_driver.h"
#include "ops/signature/call_size.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "tools/workbench/autoscheduler.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/cost/explain.h"
#include "tools/workbench/loop_nest.h"

namespace nestwright::workbench {
namespace {

// How long PyTorch's script is timed for each batch: a choice.
constexpr double peer_seconds = 0.5;

// The calls to time, and for each the index of its entry in CompareResult::entries.
struct Timed {
  std::vector<std::function<void()>> calls;
  std::vector<std::size_t> entries;
};

// While an object of this class exists, kernels and oneDNN run on one thread; afterwards on as many as before.
class OnOneThread {
 public:
  OnOneThread()
      : threads_(omp_get_max_threads()), halide_threads_(Halide::Internal::JITSharedRuntime::set_num_threads(1)) {
    omp_set_num_threads(1);
  }
  ~OnOneThread() {
    omp_set_num_threads(threads_);
    Halide::Internal::JITSharedRuntime::set_num_threads(halide_threads_);
  }
  OnOneThread(const OnOneThread&) = delete;
  OnOneThread& operator=(const OnOneThread&) = delete;

 private:
  int threads_, halide_threads_;
};

// What the cost model predicts; nothing where it can't read the schedule, or did not measure the machine.
std::optional<Prediction> predict(const ScheduleSource& schedule, const CompareRequest& request,
                                  const MeasuredMachine& machine) {
  if (!machine.cost) return {};
  const std::int64_t lanes = lanes_of(request.use.shape);
  const double blocks = static_cast<double>(request.batch) / static_cast<double>(lanes);
  const cost::ExplainRequest asked = {.schedule = schedule,
                                      .algorithm = algorithm_of(schedule),
                                      .op = request.use.op,
                                      .shape = request.use.shape,
                                      .size = example_call(request.use.shape, lanes),
                                      .target = Halide::get_jit_target_from_environment(),
                                      .machine = *machine.cost,
                                      .caches = machine.cost->caches,
                                      .with_assembly = false,
                                      .with_footprints = false};
  try {
    const cost::Explanation explanation = cost::explain(asked);
    Prediction prediction = {.seconds = blocks * explanation.time.seconds, .bytes = {}};
    for (const cost::ExplainedLevel& level : explanation.levels) {
      prediction.bytes.emplace_back(level.cache.name, blocks * level.bytes());
    }
    return prediction;
  } catch (const Error&) {
    return {};
  }
}

void add_schedule(const ScheduleSource& schedule, const CompareRequest& request, const MeasuredMachine& machine,
                  std::deque<Kernel>& kernels, Timed& timed, CompareResult& result) {
  Entry& entry = result.entries.emplace_back();
  entry.name = schedule.file;
  entry.parameters = schedule.parameters;
  try {
    const Kernel& kernel = kernels.emplace_back(compile(schedule, request.use));
    entry.errors = verify(kernel);
    if (!entry.errors.is_right()) {
      entry.reason = "wrong: " + entry.errors.complaint;
      return;
    }
    entry.prediction = predict(schedule, request, machine);
    entry.loop_nest = loop_nest_text(schedule, request.use);
    timed.calls.push_back(random_call(kernel, example_call(kernel.key.shape, request.batch)));
    timed.entries.push_back(result.entries.size() - 1);
  } catch (const Error& error) {
    entry.reason = error.what();
  }
}

void add_onednn(const CompareRequest& request, Timed& timed, CompareResult& result) {
  Entry& entry = result.entries.emplace_back(Entry{.name = onednn_version(), .is_rival = true});
  try {
    timed.calls.push_back(onednn_call(request.use.op, request.use.shape, request.batch));
    timed.entries.push_back(result.entries.size() - 1);
  } catch (const Error& error) {
    entry.reason = error.what();
  }
}

// Times PyTorch in a process of its own, after the others. Its script takes samples for peer_seconds.
void add_pytorch(const CompareRequest& request, CompareResult& result) {
  Entry& entry = result.entries.emplace_back(Entry{.name = "PyTorch", .is_rival = true});
  try {
    const std::vector<PeerRow> rows =
        run_peer({.script = "pytorch_operator.py",
                  .batches = {request.batch},
                  .seconds = peer_seconds,
                  .arguments = {"--op", request.use.op, "--shape", request.use.shape.text()}});
    if (rows.empty()) throw Error("PyTorch", "gave no figure");
    entry.timing = {.median_seconds = rows[0].median_seconds, .spread = rows[0].spread};
  } catch (const Error& error) {
    entry.reason = error.what();
  }
}

// Adds the schedules that Halide's autoschedulers make of the algorithm that the first schedule is for.
void add_autoschedulers(const CompareRequest& request, std::deque<Kernel>& kernels, Timed& timed,
                        CompareResult& result) {
  const std::string algorithm = request.schedules.empty() ? "" : algorithm_of(request.schedules.front());
  for (const std::string& name : autoscheduler_names()) {
    Entry& entry = result.entries.emplace_back(Entry{.name = name, .is_rival = true});
    try {
      const Kernel& kernel = kernels.emplace_back(autoschedule(name, request.use, algorithm, request.batch));
      entry.name = kernel.key.schedule;
      const reference::Comparison errors = verify(kernel);
      if (!errors.is_right()) throw Error("wrong", errors.complaint);
      timed.calls.push_back(random_call(kernel, example_call(kernel.key.shape, request.batch)));
      timed.entries.push_back(result.entries.size() - 1);
    } catch (const Error& error) {
      entry.reason = error.what();
    }
  }
}

// Adds an entry without a time: cuDNN's times are a GPU's and the others' a processor's, so their ratio means nothing.
void add_cudnn(CompareResult& result) {
  std::string reason =
      "is timed on the CUDA device of this machine by ./nestwright bench --device cuda --against cudnn";
  try {
    cuda::require_device();
  } catch (const Error&) {
    reason = "needs a CUDA device, and there is none";
  }
  result.entries.push_back({.name = "cuDNN", .is_rival = true, .reason = reason});
}

bool asks_for(const CompareRequest& request, const char* rival) {
  return std::ranges::find(request.rivals, rival) != request.rivals.end();
}

}  // namespace

const std::vector<std::string>& rival_names() {
  static const std::vector<std::string> names = {"onednn", "pytorch", "autoschedulers", "cudnn"};
  return names;
}

std::optional<double> CompareResult::best_rival_seconds() const {
  std::optional<double> best;
  for (const Entry& entry : entries) {
    if (!entry.is_rival || !entry.is_timed()) continue;
    best = std::min(best.value_or(entry.timing.median_seconds), entry.timing.median_seconds);
  }
  return best;
}

CompareResult compare(const CompareRequest& request, const MeasuredMachine& machine) {
  const double blocks = static_cast<double>(request.batch) / static_cast<double>(lanes_of(request.use.shape));
  CompareResult result = {.use = request.use,
                          .batch = request.batch,
                          .flops = flops_of(request.use) * blocks,
                          .peak = machine.peak,
                          .bandwidth = machine.bandwidth,
                          .least_bytes = bytes_of_tensors(find_signature(request.use.op), request.use.shape,
                                                          example_call(request.use.shape, request.batch))};
  {
    const OnOneThread one_thread;  // before primitives: oneDNN plans each for as many threads as there are
    std::deque<Kernel> kernels;    // a deque, whose elements never move: the calls refer to them
    Timed timed;
    for (const ScheduleSource& schedule : request.schedules) {
      add_schedule(schedule, request, machine, kernels, timed, result);
    }
    if (asks_for(request, "onednn")) add_onednn(request, timed, result);
    if (asks_for(request, "autoschedulers")) add_autoschedulers(request, kernels, timed, result);
    const std::vector<Timing> timings = time_calls(timed.calls, request.plan);
    for (std::size_t i = 0; i < timings.size(); ++i) result.entries[timed.entries[i]].timing = timings[i];
  }
  if (asks_for(request, "pytorch")) add_pytorch(request, result);
  if (asks_for(request, "cudnn")) add_cudnn(result);
  return result;
}

}  // namespace nestwright::workbench
