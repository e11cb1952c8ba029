// Times the candidates that this program was built with, on a machine that has nothing but a CUDA driver, and records
// the fastest schedule of each kernel, for builds to take.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "bench/candidates/compiled_candidates.h"
#include "bench/candidates/outcome.h"
#include "bench/candidates/timing.h"
#include "bench/candidates/watched_process.h"
#include "generators/generated_kernels.h"
#include "generators/kernel_interface/registry.h"
#include "model/device/cuda_driver.h"
#include "model/device/device_queue.h"
#include "model/runtime/halide_on_openmp.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/options.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace nestwright::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A year and a day: choices, as the clock can't count time without end.
constexpr double most_minutes = 60.0 * 24 * 365;
constexpr double most_candidate_seconds = 86400.0;

struct Options {
  std::vector<std::int64_t> batches = {64, 1024};  // images of a step: what GPU kernels are tuned for
  std::string records, json;                       // names of files
  double minutes = 0.0;                            // of the whole run; 0: until all candidates are timed
  double candidate_seconds = 10.0;                 // a candidate that takes longer hangs: a choice, far above any time
};

void append_row(const std::string& file, const std::string& row) {
  if (file.empty()) return;
  std::ofstream stream(file, std::ios::app | std::ios::binary);
  stream << row << "\n";
  if (!stream.flush()) throw Error(file, "cannot be written");
}

std::string text_of(const std::vector<Timing>& timings) {
  std::string text;
  for (const Timing& timing : timings) {
    text += timing.is_right() ? fmt::format("  batch {}: {:.2f} us", timing.batch, 1e6 * timing.seconds)
                              : fmt::format("  batch {}: {}", timing.batch, timing.complaint);
  }
  return text;
}

// Times the candidates of one kernel for as long as there is time, and records what comes out.
class Run {
 public:
  // `kernel`: the kernel's index among all kernels, which `progress` is told.
  Run(const Options& options, const KernelProvider& provider, const CompiledCandidates& compiled, std::size_t kernel,
      Progress& progress)
      : options_(options),
        kernel_(kernel),
        progress_(progress),
        gpu_(cuda::gpu_name()),
        table_(parse_candidates(compiled.json)),
        // clang-tidy does not see the constructor of another file.
        timer_(provider, compiled, table_, options.batches) {}  // NOLINT(clang-analyzer-optin.cplusplus.*)

  // Records the candidate that ended an earlier process, which could not do it itself.
  void report(const Fault& fault) const {
    std::vector<Timing> timings;
    for (const std::int64_t batch : options_.batches) timings.push_back({.batch = batch, .complaint = fault.complaint});
    fmt::print("{} {}\n  {}{}\n", table_.key.op, table_.layer, to_string(table_.candidates.at(fault.candidate)),
               text_of(timings));
    keep(fault.candidate, timings);
  }

  // Times the candidates in their order until `end`, then records the fastest one.
  void until(Clock::time_point end) {
    Timings timings;
    const std::vector<tune::Record> known = tune::read_records(options_.records);
    fmt::print("{} {}\n", table_.key.op, table_.layer);
    for (std::size_t i = 0; i < table_.candidates.size(); ++i) {
      // The schedule that ships is timed in every run: the others' results are compared with its.
      if (i > 0 && Clock::now() >= end) {
        fmt::print("  time is up: {} of {} candidates\n", i, table_.candidates.size());
        break;
      }
      const auto recorded = recorded_timings(known, table_, i, options_.batches, gpu_);
      timings[i] = i > 0 && recorded ? *recorded : timed(i);
      fmt::print("  {}{}\n", to_string(table_.candidates[i]), text_of(timings[i]));
      std::fflush(stdout);
    }
    report_winner(timings);
  }

 private:
  std::vector<Timing> timed(std::size_t index) {
    progress_.begin(kernel_, index);
    std::vector<Timing> timings = timer_.time(index);
    const auto failed = std::ranges::find_if_not(timings, &Timing::is_right);
    // A device that is lost stays lost in this process; and where the schedule that ships fails, there is nothing to
    // compare the kernel's other candidates with. In both cases another process goes on.
    if (failed != timings.end() && (index == 0 || !timer_.has_device())) progress_.give_up(failed->complaint);
    progress_.end();
    keep(index, timings);
    return timings;
  }

  void keep(std::size_t index, const std::vector<Timing>& timings) const {
    for (const Timing& timing : timings) {
      append_row(options_.json, row_of(table_, index, timing, gpu_));
      tune::append_record(options_.records, trial_record(table_, index, timing, gpu_));
    }
  }

  void report_winner(const Timings& timings) const {
    const std::optional<std::size_t> winner = winner_of(timings);
    if (!winner) return fmt::print("  no candidate is right at every batch size\n");
    tune::append_record(options_.records, winner_record(table_, *winner, timings.at(*winner).back(), gpu_));
    fmt::print("  best: {}{}\n  shipped:{}\n", to_string(table_.candidates[*winner]), text_of(timings.at(*winner)),
               text_of(timings.at(0)));
  }

  const Options& options_;
  std::size_t kernel_;
  Progress& progress_;
  std::string gpu_;
  CandidateTable table_;
  CandidateTimer timer_;
};

// Times the candidates of all kernels. Where `fault` ended the process before this one, it is recorded, and its kernel
// is the first whose candidates are timed.
void time_all(const Options& options, Clock::time_point end, const std::optional<Fault>& fault, Progress& progress) {
  run_halide_on_openmp();  // so that Halide's runtime reports a device's errors instead of aborting
  KernelRegistry kernels;
  register_generated_kernels(kernels);
  const DeviceQueue opens_the_device(kernels, "cuda");
  if (!fault) fmt::print("{}\n", cuda::device_name());
  const std::vector<CompiledCandidates> all = compiled_candidates();
  for (std::size_t i = fault ? fault->kernel : 0; i < all.size(); ++i) {
    Run run(options, kernels, all[i], i, progress);
    if (fault && i == fault->kernel) {
      run.report(*fault);
      // The schedule that ships failed: there is nothing to compare the others' results with.
      if (fault->candidate == 0) continue;
    }
    // Each kernel has the same share of the time that is left.
    run.until(Clock::now() + (end - Clock::now()) / static_cast<int>(all.size() - i));
  }
}

// Starts process after process until one ends without a fault. Returns the exit status, which is 1 where a schedule
// that ships was at fault.
int run(Options options) {
  std::ranges::sort(options.batches);
  require_separate_files({.inputs = {},
                          .outputs = {{.name = "--records", .path = options.records, .may_be_stream = false},
                                      {.name = "--json", .path = options.json}}});
  const TemporaryFolder folder;
  if (options.records.empty()) options.records = folder.path() / "records.jsonl";
  const std::chrono::duration<double, std::ratio<60>> minutes(options.minutes > 0.0 ? options.minutes : most_minutes);
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(minutes);
  std::optional<Fault> fault;
  bool is_any_shipped_kernel_at_fault = false;
  for (;;) {
    const Ending ending =
        run_watched([&](Progress& progress) { time_all(options, end, fault, progress); }, options.candidate_seconds);
    if (!ending.fault) return is_any_shipped_kernel_at_fault ? 1 : ending.status;
    fault = ending.fault;
    if (fault->candidate == 0) is_any_shipped_kernel_at_fault = true;
  }
}

}  // namespace
}  // namespace nestwright::bench

int main(int argc, char** argv) {
  CLI::App app("Times candidate schedules of lenet5's kernels on a CUDA device", "nestwright-gpu-candidates");
  nestwright::bench::Options options;
  nestwright::add_integers(app, "--batch", options.batches, 1, 4096, "batch sizes [64,1024]");
  app.add_option("--records", options.records,
                 "Tuning records, a file: every time and each kernel's winner are added, as they come; what it has of "
                 "this GPU already is not timed again");
  app.add_option("--json", options.json, "The times, a line of JSON each, are added to this file as they come");
  nestwright::add_number_from(app, "--minutes", options.minutes, 0.0, nestwright::bench::most_minutes,
                              "Stop after so many, each kernel having its share [none: time all]");
  nestwright::add_number_from(app, "--candidate-seconds", options.candidate_seconds, 1e-3,
                              nestwright::bench::most_candidate_seconds, "A candidate that takes longer hangs [10]");
  return nestwright::run_program(argc, argv, app, [&] { return nestwright::bench::run(options); });
}
