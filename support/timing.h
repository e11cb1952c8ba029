#pragma once

#include <chrono>
#include <functional>
#include <vector>

namespace nestwright {

// Counts the seconds since it was made, by a clock that does not jump when the system's time is set.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// The seconds that `times` calls take in all, one after another.
double seconds_of(const std::function<void()>& call, int times = 1);

// How many calls last about `seconds` in all, at least 1. The calls that are made to find out last two to four times as
// long.
int calls_lasting(const std::function<void()>& call, double seconds);

// The seconds of the quickest of `repetitions` calls: what else runs on the machine can only make a call slower.
double quickest(const std::function<void()>& call, int repetitions);

// The median of the samples; of an even number of them the mean of the two in the middle. There must be at least one.
double median_of(std::vector<double> samples);

// How long one call takes.
struct Timing {
  double median_seconds = 0.0;
  // (90th - 10th percentile) / median; with ten samples or fewer (largest - least) / median.
  double spread = 0.0;
};

// The median and the spread of samples, each the seconds of one call. There must be at least one.
Timing timing_of(std::vector<double> samples);

// How calls are timed.
struct TimingPlan {
  int samples = 15;              // of each call
  double sample_seconds = 2e-3;  // a sample is the mean of as many calls as last so long
};

// For each call the seconds that it took in each of its samples. The calls are sampled in turn, so that what disturbs
// the machine disturbs all of them alike. Each is made once beforehand, to fill the caches and raise the clocks.
std::vector<std::vector<double>> sample_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan);

// Samples the calls in the same way, and gives the median and the spread of each.
std::vector<Timing> time_calls(const std::vector<std::function<void()>>& calls, const TimingPlan& plan = {});

}  // namespace nestwright
