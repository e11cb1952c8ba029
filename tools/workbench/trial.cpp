#include "tools/workbench/trial.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "generators/jit/compile.h"
#include "generators/kernel_call/kernel_call.h"
#include "generators/kernel_call/random_call.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/call_size.h"

namespace nestwright::workbench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& call, int times) {
  const auto start = Clock::now();
  for (int i = 0; i < times; ++i) call();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// How many calls last `seconds`.
int calls_lasting(const std::function<void()>& call, double seconds) {
  int times = 1;
  double taken = seconds_of(call, times);
  while (taken < seconds && times < (1 << 24)) {
    times *= 2;
    taken = seconds_of(call, times);
  }
  return std::max(1, static_cast<int>(times * seconds / taken));
}

}  // namespace

Kernel compile(const ScheduleSource& schedule, const Use& use) {
  return jit::compile({.op = use.op,
                       .shape = use.shape,
                       .schedule_name = std::filesystem::path(schedule.file).stem().string(),
                       .schedule = schedule});
}

reference::Comparison verify(const Kernel& kernel) {
  const Signature& signature = find_signature(kernel.key.op);
  const std::int64_t lanes = lanes_of(kernel.key.shape);
  reference::Comparison worst;
  std::uint64_t seed = 1;
  for (const std::int64_t images : {lanes, lanes + 1}) {
    const DynamicExtents extents = {.images = images, .parameters = 1000 + images, .groups = 2};
    const reference::Tensors inputs = sample_inputs(signature, kernel.key.shape, extents, seed++);
    const reference::Tensors expected = reference::evaluate(kernel.key.op, kernel.key.shape, inputs);
    const reference::Comparison comparison =
        reference::compare(call_kernel(kernel, inputs, expected, Memory::separate), expected);
    if (!comparison.is_right()) return comparison;
    if (comparison.largest_share >= worst.largest_share) worst = comparison;
  }
  return worst;
}

std::vector<Timing> time_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan) {
  std::vector<int> times;
  for (const auto& call : calls) {
    call();  // caches, clocks
    times.push_back(calls_lasting(call, plan.sample_seconds));
  }
  std::vector<std::vector<double>> samples(calls.size());
  for (int sample = 0; sample < plan.samples; ++sample) {
    for (std::size_t i = 0; i < calls.size(); ++i) samples[i].push_back(seconds_of(calls[i], times[i]) / times[i]);
  }
  std::vector<Timing> timings;
  for (std::vector<double>& taken : samples) {
    std::ranges::sort(taken);
    const std::size_t last = taken.size() - 1;
    const double median = taken[taken.size() / 2];
    timings.push_back({.median_seconds = median, .spread = (taken[last - last / 10] - taken[last / 10]) / median});
  }
  return timings;
}

std::function<void()> timed_call(const Kernel& kernel, std::int64_t batch) {
  const auto call = std::make_shared<RandomCall>(kernel, example_call(kernel.key.shape, batch));
  return [call] { (*call)(); };
}

}  // namespace nestwright::workbench
