#include <fmt/format.h>
#include <omp.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "bench/device_bench.h"
#include "bench/device_report.h"
#include "bench/onednn_subjects.h"
#include "bench/operator_cases.h"
#include "bench/operator_subjects.h"
#include "bench/report.h"
#include "bench/rivals/peak.h"
#include "bench/rivals/peers.h"
#include "bench/step_subjects.h"
#include "generators/generated_kernels.h"
#include "model/runtime/halide_on_openmp.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/machine.h"
#include "support/options.h"
#include "support/program.h"

namespace nestwright::bench {
namespace {

struct Options {
  std::string device = "cpu";
  std::string what = "all";
  std::vector<std::int64_t> batches = {};  // of steps and inferences, in images; empty: the device's usual ones
  int threads = static_cast<int>(processor_count());
  std::vector<std::string> against;
  int repetitions = 9;
  double seconds = 0.1;
  std::string json;
  bool allow_tf32 = false, both_layouts = false;
  std::string alone;
  int steps_to_take = 0;

  bool compares_with(const std::string& peer) const { return std::ranges::find(against, peer) != against.end(); }
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("--device", options.device, "what is timed: the processor, or a GPU")
      ->check(CLI::IsMember({"cpu", "opencl", "cuda"}))
      ->capture_default_str();
  app.add_option("--what", options.what, "what to time: operators, steps or all")
      ->check(CLI::IsMember({"operators", "steps", "all"}))
      ->capture_default_str();
  add_integers(app, "--batch", options.batches, 1, 4096,
               "batch sizes of the steps [1,16,64,256,1024; on a GPU 4096, too]");
  add_integer(app, "--threads", options.threads, 1, most_threads,
              fmt::format("threads of the steps; operators run on one [{}]", options.threads));
  app.add_option("--against", options.against,
                 "rivals: onednn (operators), pytorch, jax (steps); on a GPU cudnn, pytorch (steps)")
      ->delimiter(',')
      ->check(CLI::IsMember({"onednn", "pytorch", "jax", "cudnn"}));
  add_integer(app, "--repetitions", options.repetitions, 1, 1000,
              fmt::format("of each row; the median counts [{}]", options.repetitions));
  add_number_from(app, "--seconds", options.seconds, 0.001, 60.0,
                  fmt::format("least time of a repetition [{}]", options.seconds));
  app.add_option("--json", options.json, "write the rows to this file, too; on a GPU after each row");
  app.add_flag("--tf32", options.allow_tf32, "let cudnn multiply numbers of 10 bits of mantissa, on tensor cores");
  app.add_flag("--both-layouts", options.both_layouts, "let cudnn take NHWC where it is faster than NCHW");
  app.add_option("--alone", options.alone, "time nothing but this rival on a GPU, a line of JSON a row")
      ->check(CLI::IsMember({"cudnn"}));
  add_integer(app, "--take-steps", options.steps_to_take, 1, 1000,
              "on a GPU take so many training steps and time nothing: for tools that watch");
}

// Runs a rival, and adds its rows to the report. Where it fails, the rows that came before are kept, and the failure is
// added as well.
void append_peer(Report& report, const PeerRun& run) {
  try {
    run_peer(run, [&](const PeerRow& row) { report.measurements.push_back(measurement_of(row)); });
  } catch (const Error& error) {
    report.failures.emplace_back(error.what());
  }
}

void append(std::vector<Measurement>& all, const std::vector<Measurement>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Times operators on one thread and at a batch of 64, at which the operators of a network are usually compared.
void bench_operators(const Options& options, const KernelProvider& provider, Report& report) {
  constexpr std::int64_t batch = 64;
  omp_set_num_threads(1);
  const std::vector<OperatorCase> cases = lenet5_operators();
  std::vector<Subject> subjects = kernel_subjects(cases, batch, provider);
  if (options.compares_with("onednn")) {
    for (Subject& subject : onednn_subjects(cases, batch)) subjects.push_back(std::move(subject));
  }
  append(report.measurements, measure(subjects, options.repetitions, options.seconds));
  if (options.compares_with("pytorch")) {
    // For each of the script's 22 rows, which is less than a step's row gets: a choice, as there are many of them.
    constexpr double seconds_of_row = 0.5;
    append_peer(report, {.script = "pytorch_operators.py",
                         .batches = {batch},
                         .threads = 1,
                         .seconds = seconds_of_row,
                         .is_shown = true});
  }
  omp_set_num_threads(options.threads);
}

void bench_steps(const Options& options, const KernelProvider& provider, Report& report) {
  const StepBench bench(provider);
  append(report.measurements,
         measure(bench.subjects(options.batches, options.threads), options.repetitions, options.seconds));
  for (const auto& [peer, script] : {std::pair{"pytorch", "pytorch_step.py"}, std::pair{"jax", "jax_step.py"}}) {
    if (!options.compares_with(peer)) continue;
    append_peer(report, {.script = script, .batches = options.batches, .threads = options.threads, .is_shown = true});
  }
}

Report bench_processor(const Options& options, const KernelProvider& kernels) {
  if (options.compares_with("cudnn")) throw Error("--against", "cudnn can't be timed on cpu");
  Report report{.processor = processor_name(),
                .heading = {},
                .peak_of_one_thread = measured_fma_peak(1),
                .peak_of_all_threads = measured_fma_peak(options.threads),
                .threads = options.threads,
                .measurements = {}};
  report.heading = fmt::format("measured peak {:.0f} GFLOP/s on one thread, {:.0f} on {}",
                               report.peak_of_one_thread / 1e9, report.peak_of_all_threads / 1e9, options.threads);
  if (options.what != "steps") bench_operators(options, kernels, report);
  if (options.what != "operators") bench_steps(options, kernels, report);
  return report;
}

DeviceRequest device_request(const Options& options) {
  return {.device = options.device,
          .has_kernels = options.what != "steps",
          .has_steps = options.what != "operators",
          .batches = options.batches,
          .against = options.against,
          .allow_tf32 = options.allow_tf32,
          .both_layouts = options.both_layouts,
          .repetitions = options.repetitions,
          .seconds = options.seconds};
}

// Takes training steps, and times none of them. At each batch size the first runs kernel by kernel, the second is
// recorded, and from the third on the recorded step is launched as a whole.
void take_steps(const Options& options, const KernelProvider& kernels) {
  const DeviceBench bench(kernels, options.device);
  for (const std::int64_t batch : options.batches) {
    for (int step = 0; step < options.steps_to_take; ++step) bench.take_step(batch);
  }
}

int run(Options options) {
  if (options.batches.empty()) {
    options.batches = {1, 16, 64, 256, 1024};
    if (options.device != "cpu") options.batches.push_back(4096);
  }
  require_separate_files({.inputs = {}, .outputs = {{.name = "--json", .path = options.json}}});
  run_halide_on_openmp();
  KernelRegistry kernels;
  register_generated_kernels(kernels);
  if (options.steps_to_take > 0) {
    take_steps(options, kernels);
    return 0;
  }
  if (!options.alone.empty()) {
    return bench_rival(options.alone, device_request(options), kernels) ? 0 : 1;
  }
  const auto keep = [&](const Report& report) {
    if (!options.json.empty()) write_json(report, options.json);
  };
  const Report report = options.device == "cpu" ? bench_processor(options, kernels)
                                                : bench_device(device_request(options), kernels, keep);
  keep(report);
  fmt::print("{}", to_text(report));
  return has_failures(report) ? 1 : 0;
}

}  // namespace
}  // namespace nestwright::bench

int main(int argc, char** argv) {
  CLI::App app("Times lenet5's operators, training step and inference", "nestwright bench");
  nestwright::bench::Options options;
  nestwright::bench::add_options(app, options);
  return nestwright::run_program(argc, argv, app, [&] { return nestwright::bench::run(options); });
}
