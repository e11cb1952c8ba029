#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nestwright::bench {

// Something to time: one call does `images` images and `flops` floating-point operations, on tensors of `bytes`.
struct Subject {
  std::string group;           // what is compared: "conv2d conv2", "training_step"
  std::string implementation;  // "nestwright", "onednn", "pytorch eager", "pytorch compiled", "jax jit"
  std::int64_t batch = 64;
  int threads = 1;
  double flops = 0.0;
  double bytes = 0.0;  // each tensor once; 0: not known
  std::function<void()> call;
  // Instead of it, for measure_one_by_one(): makes a call, and says how many seconds it took by a GPU's clock.
  std::function<double()> timed_call = {};
};

// How long one call takes.
struct Measurement {
  std::string group;
  std::string implementation;
  std::int64_t batch = 64;
  int threads = 1;
  double flops = 0.0;
  double bytes = 0.0;
  double median_seconds = 0.0;
  double spread = 0.0;       // over the repetitions, as Timing has it (support/timing.h)
  std::string failure = {};  // why there is no time; empty: there is
};

// Times the subjects with Google Benchmark: `repetitions` of at least `seconds` each, all subjects' repetitions in
// random order, so that what disturbs the machine disturbs all of them.
std::vector<Measurement> measure(const std::vector<Subject>& subjects, int repetitions, double seconds);

// The same of subjects with a clock of their own, one after another, each told to `on_row` as soon as it is there: a
// device is lent for minutes. A repetition has as many calls as last `seconds` by the wall clock, whatever they return:
// on a device calls take longer than what is timed of them. What throws Error costs its own row alone.
void measure_one_by_one(const std::vector<Subject>& subjects, int repetitions, double seconds,
                        const std::function<void(const Measurement&)>& on_row);

}  // namespace nestwright::bench
