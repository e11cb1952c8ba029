#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nestwright::bench {

// Something to time.
struct Subject {
  std::string group;           // what is compared: "conv2d conv2", "training_step"
  std::string implementation;  // "nestwright", "onednn", "pytorch eager", "pytorch compiled", "jax jit"
  std::int64_t batch = 64;     // images that a call takes
  int threads = 1;
  double flops = 0.0;  // floating-point operations of a call; 0: not known
  double bytes = 0.0;  // of the tensors that a call reads and writes, each counted once; 0: not known
  std::function<void()> call;
  // Takes the place of `call` in measure_one_by_one(): makes a call, and gives its seconds by a GPU's clock.
  std::function<double()> timed_call = {};
};

// How long one call of a subject takes. The first six members are the subject's.
struct Measurement {
  std::string group;
  std::string implementation;
  std::int64_t batch = 64;
  int threads = 1;
  double flops = 0.0;
  double bytes = 0.0;
  double median_seconds = 0.0;  // of a call, over the repetitions
  double spread = 0.0;          // over the repetitions, as Timing has it (support/timing.h)
  std::string failure = {};     // why there is no time; empty: there is
};

// Times the subjects by their `call` with Google Benchmark: `repetitions` of each, of at least `seconds`. The
// repetitions of all subjects are in random order, so that what disturbs the machine disturbs all subjects alike.
std::vector<Measurement> measure(const std::vector<Subject>& subjects, int repetitions, double seconds);

// Times the subjects by their `timed_call`, one subject after another. Each is handed to `on_row` as soon as it is
// measured, because a device may be lent for minutes only. A repetition has as many calls as last `seconds` by the wall
// clock, not by what they return: a call takes longer than what is timed of it. A subject that throws Error costs its
// own row alone, which has the failure instead of a time.
void measure_one_by_one(const std::vector<Subject>& subjects, int repetitions, double seconds,
                        const std::function<void(const Measurement&)>& on_row);

}  // namespace nestwright::bench
