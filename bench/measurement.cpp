#include "bench/measurement.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "error/error.h"

namespace nestwright::bench {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Keeps the seconds a call of each repetition, by the subject's number, and prints nothing.
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

}  // namespace

std::vector<Measurement> measure(const std::vector<Subject>& subjects, int repetitions, double seconds) {
  if (subjects.empty()) return {};
  initialize_library();
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const Subject& subject = subjects[i];
    const auto run = [&subject](benchmark::State& state) {
      if (subject.timed_call) {
        subject.timed_call();
        for (auto _ : state) state.SetIterationTime(subject.timed_call());
        return;
      }
      subject.call();  // caches, clocks and lazily made plans
      for (auto _ : state) subject.call();
    };
    auto* const registered =
        benchmark::RegisterBenchmark(std::to_string(i).c_str(), run)->Repetitions(repetitions)->MinTime(seconds);
    if (subject.timed_call) {
      registered->UseManualTime();
    } else {
      registered->UseRealTime();
    }
  }
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  benchmark::ClearRegisteredBenchmarks();

  std::vector<Measurement> measurements;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const std::vector<double>& times = collector.of(i);
    if (times.empty()) throw Error(subjects[i].group, fmt::format("{} was not timed", subjects[i].implementation));
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    const double median = median_of(times);
    measurements.push_back({.group = subjects[i].group,
                            .implementation = subjects[i].implementation,
                            .batch = subjects[i].batch,
                            .threads = subjects[i].threads,
                            .flops = subjects[i].flops,
                            .bytes = subjects[i].bytes,
                            .median_seconds = median,
                            .spread = (*most - *least) / median});
  }
  return measurements;
}

}  // namespace nestwright::bench
