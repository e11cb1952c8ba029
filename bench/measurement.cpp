#include "bench/measurement.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "support/error.h"
#include "support/timing.h"

namespace nestwright::bench {
namespace {

// Keeps what a call took in each repetition, in seconds, by the subject's number, which is the benchmark's name. Prints
// nothing.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.iterations == 0) continue;
      const std::size_t subject = std::stoul(run.run_name.function_name);
      seconds_[subject].push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
    }
  }
  const std::vector<double>& of(std::size_t subject) { return seconds_[subject]; }

 private:
  std::map<std::size_t, std::vector<double>> seconds_;
};

void initialize_library() {
  std::string program = "nestwright-bench";
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  char* arguments[] = {program.data(), interleave.data()};
  int count = 2;
  benchmark::Initialize(&count, arguments);
}

void register_benchmark(const Subject& subject, std::size_t number, int repetitions, double seconds) {
  const auto run = [&subject](benchmark::State& state) {
    subject.call();  // fills caches, raises clocks, and makes what is made on the first call
    for (auto _ : state) subject.call();
  };
  benchmark::RegisterBenchmark(std::to_string(number).c_str(), run)
      ->Repetitions(repetitions)
      ->MinTime(seconds)
      ->UseRealTime();
}

Measurement measurement_of(const Subject& subject, const std::vector<double>& times) {
  Measurement measurement = {.group = subject.group,
                             .implementation = subject.implementation,
                             .batch = subject.batch,
                             .threads = subject.threads,
                             .flops = subject.flops,
                             .bytes = subject.bytes};
  if (times.empty()) throw Error(subject.group, fmt::format("{} was not timed", subject.implementation));
  const auto timing = timing_of(times);
  measurement.median_seconds = timing.median_seconds;
  measurement.spread = timing.spread;
  return measurement;
}

// The mean seconds of a call in each of `repetitions` repetitions.
std::vector<double> times_of(const std::function<double()>& timed_call, int repetitions, double seconds) {
  timed_call();  // makes ready and records what is made on the first call
  // One call decides how many follow: calls_lasting() would make more of them, where a device is lent for minutes.
  const double once = seconds_of([&] { timed_call(); });
  const int calls = static_cast<int>(std::clamp(seconds / once, 1.0, 1e6));
  std::vector<double> times;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    double sum = 0.0;
    for (int call = 0; call < calls; ++call) sum += timed_call();
    times.push_back(sum / calls);
  }
  return times;
}

}  // namespace

std::vector<Measurement> measure(const std::vector<Subject>& subjects, int repetitions, double seconds) {
  if (subjects.empty()) return {};
  initialize_library();
  for (std::size_t i = 0; i < subjects.size(); ++i) register_benchmark(subjects[i], i, repetitions, seconds);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  benchmark::ClearRegisteredBenchmarks();

  std::vector<Measurement> measurements;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    measurements.push_back(measurement_of(subjects[i], collector.of(i)));
  }
  return measurements;
}

void measure_one_by_one(const std::vector<Subject>& subjects, int repetitions, double seconds,
                        const std::function<void(const Measurement&)>& on_row) {
  for (const Subject& subject : subjects) {
    std::vector<double> times;
    std::string failure;
    try {
      times = times_of(subject.timed_call, repetitions, seconds);
    } catch (const Error& error) {
      failure = error.what();
    }
    on_row(failure.empty() ? measurement_of(subject, times)
                           : Measurement{.group = subject.group,
                                         .implementation = subject.implementation,
                                         .batch = subject.batch,
                                         .threads = subject.threads,
                                         .failure = failure});
  }
}

}  // namespace nestwright::bench
