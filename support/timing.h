#pragma once

#include <chrono>
#include <functional>
#include <vector>

namespace nestwright {

// Counts seconds from when it is made, by a clock that nobody sets.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// What so many calls take, one after another, in seconds.
double seconds_of(const std::function<void()>& call, int times = 1);

// How many calls last about `seconds`, at least 1; those that are made to find out last two to four times as long.
int calls_lasting(const std::function<void()>& call, double seconds);

// The least of so many times that a call took, in seconds: what else runs on a machine only adds.
double quickest(const std::function<void()>& call, int repetitions);

// The middle of the samples, of which there are some; of an even number the mean of the two in the middle.
double median_of(std::vector<double> samples);

// How long one call takes.
struct Timing {
  double median_seconds = 0.0;
  // (90th - 10th percentile) / median, of ten samples or fewer (largest - least) / median.
  double spread = 0.0;
};

// Of samples in seconds, of which there are some.
Timing timing_of(std::vector<double> samples);

// How calls are timed.
struct TimingPlan {
  int samples = 15;
  double sample_seconds = 2e-3;  // a sample is as many calls as last so long
};

// Seconds of each call by each of its samples. Samples of all calls are taken in turn, so that what disturbs the
// machine disturbs all alike; each is called once before, for caches and clocks.
std::vector<std::vector<double>> sample_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan);

// The same, summed up.
std::vector<Timing> time_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan = {});

}  // namespace nestwright
