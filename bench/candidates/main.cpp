// Times the candidates that this program was built with, on a machine that has nothing but a CUDA driver, and records
// the fastest schedule of each kernel, for builds to take.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "bench/candidates/compiled_candidates.h"
#include "bench/candidates/outcome.h"
#include "bench/candidates/timing.h"
#include "error/error.h"
#include "generators/generated_kernels.h"
#include "model/device/cuda_driver.h"
#include "model/device/device_queue.h"
#include "model/runtime/registry.h"

namespace nestwright::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::vector<std::int64_t> batches = {64, 1024};
  std::string records, json;
  double minutes = 0.0;  // 0: until all are timed
};

void append_row(const std::string& file, const std::string& row) {
  if (file.empty()) return;
  std::ofstream stream(file, std::ios::app | std::ios::binary);
  stream << row << "\n";
  if (!stream.flush()) throw Error(file, "cannot be written");
}

void append_record(const std::string& file, const tune::Record& record) {
  if (!file.empty()) tune::append_record(file, record);
}

std::string text_of(const std::vector<Timing>& timings) {
  std::string text;
  for (const Timing& timing : timings) {
    text += timing.is_right() ? fmt::format("  batch {}: {:.2f} us", timing.batch, 1e6 * timing.seconds)
                              : fmt::format("  batch {}: {}", timing.batch, timing.complaint);
  }
  return text;
}

// One kernel's candidates, for as long as there is time.
class Run {
 public:
  Run(const Options& options, const KernelProvider& provider, const CompiledCandidates& compiled)
      : options_(options),
        gpu_(cuda::gpu_name()),
        table_(parse_candidates(compiled.json)),
        timer_(provider, compiled, table_, options.batches),
        known_(tune::read_records(options.records)) {}

  void until(Clock::time_point end) {
    Timings timings;
    fmt::print("{} {}\n", table_.key.op, table_.layer);
    for (std::size_t i = 0; i < table_.candidates.size(); ++i) {
      // What ships is timed in each run: its results are those that are expected.
      if (i > 0 && Clock::now() >= end) {
        fmt::print("  time is up: {} of {} candidates\n", i, table_.candidates.size());
        break;
      }
      const auto recorded = recorded_timings(known_, table_, i, options_.batches, gpu_);
      timings[i] = i > 0 && recorded ? *recorded : timed(i);
      fmt::print("  {}{}\n", settings_text(table_.candidates[i]), text_of(timings[i]));
      std::fflush(stdout);
    }
    report_winner(timings);
  }

 private:
  std::vector<Timing> timed(std::size_t index) {
    std::vector<Timing> timings = timer_.time(index);
    for (const Timing& timing : timings) {
      append_row(options_.json, row_of(table_, index, timing, gpu_));
      append_record(options_.records, trial_record(table_, index, timing, gpu_));
    }
    // What a kernel's fault took down stays down in this process.
    if (!std::ranges::all_of(timings, &Timing::is_right)) timer_.require_device();
    return timings;
  }

  void report_winner(const Timings& timings) const {
    const std::optional<std::size_t> winner = winner_of(timings);
    if (!winner) return fmt::print("  no candidate is right at every batch size\n");
    append_record(options_.records, winner_record(table_, *winner, timings.at(*winner).back(), gpu_));
    fmt::print("  best: {}{}\n  shipped:{}\n", settings_text(table_.candidates[*winner]), text_of(timings.at(*winner)),
               text_of(timings.at(0)));
  }

  const Options& options_;
  std::string gpu_;
  CandidateTable table_;
  CandidateTimer timer_;
  std::vector<tune::Record> known_;
};

void run(Options options) {
  std::ranges::sort(options.batches);
  KernelRegistry kernels;
  register_generated_kernels(kernels);
  const DeviceQueue opens_the_device(kernels, "cuda");
  fmt::print("{}\n", cuda::device_name());
  const std::vector<CompiledCandidates> all = compiled_candidates();
  const auto start = Clock::now();
  for (std::size_t i = 0; i < all.size(); ++i) {
    // Each kernel has the same share of the time that is left.
    const std::chrono::duration<double> used = Clock::now() - start;
    const double share = (60.0 * options.minutes - used.count()) / static_cast<double>(all.size() - i);
    const auto end =
        options.minutes > 0.0
            ? Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(share))
            : Clock::time_point::max();
    Run(options, kernels, all[i]).until(end);
  }
}

}  // namespace
}  // namespace nestwright::bench

int main(int argc, char** argv) {
  CLI::App app("Times candidate schedules of lenet5's kernels on a CUDA device");
  nestwright::bench::Options options;
  app.add_option("--batch", options.batches, "batch sizes [64,1024]")->delimiter(',')->check(CLI::Range(1, 4096));
  app.add_option("--records", options.records,
                 "Tuning records, a file: every time and each kernel's winner are added, as they come; what it has of "
                 "this GPU already is not timed again");
  app.add_option("--json", options.json, "The times, a line of JSON each, are added to this file as they come");
  app.add_option("--minutes", options.minutes, "Stop after so many, each kernel having its share [none: time all]")
      ->check(CLI::NonNegativeNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    nestwright::bench::run(options);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
