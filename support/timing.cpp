#include "support/timing.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace nestwright {

double seconds_of(const std::function<void()>& call, int times) {
  const Stopwatch stopwatch;
  for (int i = 0; i < times; ++i) call();
  return stopwatch.seconds();
}

int calls_lasting(const std::function<void()>& call, double seconds) {
  constexpr int most = 1 << 24;  // calls: an end to the doubling where a call takes no time
  int times = 1;
  double taken = seconds_of(call, times);
  // A part of it would do on an idle machine; on a busy one chance would then give some of the calls that are compared
  // longer samples than others, in which something else runs.
  while (taken < seconds && times < most) {
    times *= 2;
    taken = seconds_of(call, times);
  }
  return static_cast<int>(std::clamp(times * seconds / taken, 1.0, static_cast<double>(most)));
}

double quickest(const std::function<void()>& call, int repetitions) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) least = std::min(least, seconds_of(call));
  return least;
}

double median_of(std::vector<double> samples) {
  std::ranges::sort(samples);
  const std::size_t middle = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
}

Timing timing_of(std::vector<double> samples) {
  std::ranges::sort(samples);
  const double median = median_of(samples);
  const std::size_t last = samples.size() - 1, left_out = last / 10;
  return {.median_seconds = median, .spread = (samples[last - left_out] - samples[left_out]) / median};
}

std::vector<std::vector<double>> sample_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan) {
  std::vector<int> times;
  for (const auto& call : calls) {
    call();
    times.push_back(calls_lasting(call, plan.sample_seconds));
  }
  std::vector<std::vector<double>> samples(calls.size());
  for (int sample = 0; sample < plan.samples; ++sample) {
    for (std::size_t i = 0; i < calls.size(); ++i) samples[i].push_back(seconds_of(calls[i], times[i]) / times[i]);
  }
  return samples;
}

std::vector<Timing> time_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan) {
  std::vector<Timing> timings;
  for (const std::vector<double>& samples : sample_calls(calls, plan)) timings.push_back(timing_of(samples));
  return timings;
}

}  // namespace nestwright
