#include "bench/rivals/cudnn/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "bench/rivals/cudnn/libraries.h"
#include "model/device/cuda_graph.h"

namespace nestwright::cudnn {
namespace {

// How often an operation is recorded in a graph, and how often the graph is launched, of which the quickest launch
// counts. Both are choices: many, as clocks have a resolution of half a microsecond, and few, as many plans are tried.
constexpr int recorded_times = 20, launches = 5;

struct Fastest {
  std::optional<Operation> operation;
  std::string refusals;  // of those that fail
};

Fastest find_fastest(cuda::Stream stream, const std::vector<std::optional<Operation>>& candidates) {
  Fastest best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::optional<Operation>& candidate : candidates) {
    if (!candidate) continue;
    try {
      const double milliseconds = device_milliseconds(stream, [&] { candidate->issue(); });
      if (milliseconds >= least) continue;
      least = milliseconds;
      best.operation = candidate;
    } catch (const Error& error) {
      // A library may offer what fails when it is tried: then it is no candidate.
      best.refusals += fmt::format("; {} fails: {}", candidate->plan, message_of(error));
    }
  }
  return best;
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
    cuda::finish(stream);
  } catch (const Error&) {
    return false;
  }
  return true;
}

double device_milliseconds(cuda::Stream stream, const std::function<void()>& issue) {
  // The first call of a kernel loads it, which can't be recorded.
  issue();
  cuda::finish(stream);
  const cuda::RecordedGraph graph(stream, [&] {
    for (int i = 0; i < recorded_times; ++i) issue();
  });
  graph.launch(stream);
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < launches; ++i) {
    least = std::min(least, cuda::device_seconds(stream, [&] { graph.launch(stream); }));
  }
  return 1e3 * least / recorded_times;
}

std::optional<Operation> fastest_if_any(cuda::Stream stream, const std::vector<std::optional<Operation>>& candidates) {
  return find_fastest(stream, candidates).operation;
}

Operation fastest(cuda::Stream stream, const std::string& what,
                  const std::vector<std::optional<Operation>>& candidates) {
  Fastest best = find_fastest(stream, candidates);
  if (best.operation) return *std::move(best.operation);
  throw Error("cudnn", fmt::format("the library has no way to compute {} here{}", what, best.refusals));
}

}  // namespace nestwright::cudnn
