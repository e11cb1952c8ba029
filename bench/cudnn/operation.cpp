#include "bench/cudnn/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "error/error.h"

namespace nestwright::cudnn {
namespace {

constexpr int recorded_times = 20, launches = 5;

class ExecutableGraph {
 public:
  ExecutableGraph(cuda::Stream stream, const std::function<void()>& issue) {
    const cuda::Driver& d = cuda::driver();
    cuda::Graph graph = nullptr;
    cuda::require(d.stream_begin_capture(stream, cuda::capture_thread_local), "can't record");
    try {
      for (int i = 0; i < recorded_times; ++i) issue();
    } catch (...) {
      // The stream is of no use before its capture ends.
      if (d.stream_end_capture(stream, &graph) == 0 && graph != nullptr) d.graph_destroy(graph);
      throw;
    }
    cuda::require(d.stream_end_capture(stream, &graph), "can't record");
    const cuda::Result result = d.graph_instantiate(&executable_, graph, 0);
    d.graph_destroy(graph);
    cuda::require(result, "what was recorded can't be made ready");
  }
  ~ExecutableGraph() { cuda::driver().graph_exec_destroy(executable_); }
  ExecutableGraph(const ExecutableGraph&) = delete;
  ExecutableGraph& operator=(const ExecutableGraph&) = delete;

  void launch(cuda::Stream stream) const {
    cuda::require(cuda::driver().graph_launch(executable_, stream), "what was recorded can't be started");
  }

 private:
  cuda::GraphExec executable_ = nullptr;
};

class Event {
 public:
  Event() { cuda::require(cuda::driver().event_create(&event_, 0), "has no event left"); }
  ~Event() { cuda::driver().event_destroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cuda::Stream stream) const {
    cuda::require(cuda::driver().event_record(event_, stream), "can't record an event");
  }
  // Both have come to pass.
  double milliseconds_since(const Event& start) const {
    float milliseconds = 0.0F;
    cuda::require(cuda::driver().event_elapsed(&milliseconds, start.event_, event_), "can't tell the time");
    return milliseconds;
  }

 private:
  cuda::Event event_ = nullptr;
};

// None: it is no candidate.
std::optional<double> milliseconds_if_it_works(const Operation& operation, cuda::Stream stream) {
  try {
    return device_milliseconds(stream, [&] { operation.issue(); });
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<Operation> then(const std::optional<Operation>& first, const std::optional<Operation>& second) {
  if (!first || !second) return std::nullopt;
  Operation both = {.plan = first->plan + ", then " + second->plan, .calls = first->calls};
  both.calls.insert(both.calls.end(), second->calls.begin(), second->calls.end());
  return both;
}

bool works(const std::optional<Operation>& operation, cuda::Stream stream) {
  if (!operation) return false;
  try {
    operation->issue();
    cuda::require(cuda::driver().stream_synchronize(stream), "stopped working");
  } catch (const Error&) {
    return false;
  }
  return true;
}

double device_milliseconds(cuda::Stream stream, const std::function<void()>& issue) {
  const cuda::Driver& d = cuda::driver();
  // The first call of a kernel loads it, which can't be recorded.
  issue();
  cuda::require(d.stream_synchronize(stream), "stopped working");
  const ExecutableGraph graph(stream, issue);
  const Event start, end;
  graph.launch(stream);
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < launches; ++i) {
    start.record(stream);
    graph.launch(stream);
    end.record(stream);
    cuda::require(d.stream_synchronize(stream), "stopped working");
    least = std::min(least, end.milliseconds_since(start));
  }
  return least / recorded_times;
}

std::optional<Operation> fastest_if_any(cuda::Stream stream, const std::vector<std::optional<Operation>>& candidates) {
  std::optional<Operation> best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::optional<Operation>& candidate : candidates) {
    if (!candidate) continue;
    const std::optional<double> milliseconds = milliseconds_if_it_works(*candidate, stream);
    if (!milliseconds || *milliseconds >= least) continue;
    least = *milliseconds;
    best = candidate;
  }
  return best;
}

Operation fastest(cuda::Stream stream, const std::string& what,
                  const std::vector<std::optional<Operation>>& candidates) {
  std::optional<Operation> best = fastest_if_any(stream, candidates);
  if (!best) throw Error("cudnn", fmt::format("the library has no way to compute {} here", what));
  return *std::move(best);
}

}  // namespace nestwright::cudnn
