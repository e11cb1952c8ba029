#include <fmt/format.h>
#include <omp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "bench/cuda_peak.h"
#ifdef NESTWRIGHT_HAS_CUDNN
#include "bench/cudnn_subjects.h"
#endif
#include "bench/device_bench.h"
#include "bench/onednn_subjects.h"
#include "bench/operator_cases.h"
#include "bench/operator_subjects.h"
#include "bench/report.h"
#include "bench/step_subjects.h"
#include "cli/machine.h"
#include "error/error.h"
#include "generators/generated_kernels.h"
#include "measure/peak.h"
#include "measure/peers.h"
#include "model/files/atomic_file.h"
#include "model/runtime/halide_on_openmp.h"

namespace nestwright::bench {
namespace {

struct Options {
  std::string device = "cpu";
  std::string what = "all";
  std::vector<std::int64_t> batches = {};  // none: what the device usually gets
  int threads = static_cast<int>(processor_count());
  std::vector<std::string> against;
  int repetitions = 9;
  double seconds = 0.1;
  std::string json;

  bool compares_with(const std::string& peer) const { return std::ranges::find(against, peer) != against.end(); }
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("--device", options.device, "what is timed: the processor, or a GPU")
      ->check(CLI::IsMember({"cpu", "opencl", "cuda"}))
      ->capture_default_str();
  app.add_option("--what", options.what, "what to time: operators, steps or all")
      ->check(CLI::IsMember({"operators", "steps", "all"}))
      ->capture_default_str();
  app.add_option("--batch", options.batches, "batch sizes of the steps [1,16,64,256,1024; on a GPU 4096, too]")
      ->delimiter(',')
      ->check(CLI::Range(1, 4096));
  app.add_option("--threads", options.threads, "threads of the steps; operators run on one")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--against", options.against,
                 "rivals: onednn (operators), pytorch, jax (steps); on a GPU cudnn, pytorch (steps)")
      ->delimiter(',')
      ->check(CLI::IsMember({"onednn", "pytorch", "jax", "cudnn"}));
  app.add_option("--repetitions", options.repetitions, "of each row; the median counts")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "least time of a repetition")
      ->check(CLI::Range(0.001, 60.0))
      ->capture_default_str();
  app.add_option("--json", options.json, "write the rows to this file, too");
}

void append_peer(std::vector<Measurement>& all, const PeerRun& run) {
  for (const PeerRow& row : run_peer(run)) {
    all.push_back({.group = row.what,
                   .implementation = row.implementation,
                   .batch = row.batch,
                   .threads = row.threads,
                   .median_seconds = row.median_seconds,
                   .spread = row.spread});
  }
}

void append(std::vector<Measurement>& all, const std::vector<Measurement>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// One thread, a batch of 64: what the operators of a network are usually compared at.
std::vector<Measurement> bench_operators(const Options& options, const KernelProvider& provider) {
  constexpr std::int64_t batch = 64;
  omp_set_num_threads(1);
  const std::vector<OperatorCase> cases = lenet5_operators();
  std::vector<Subject> subjects = kernel_subjects(cases, batch, provider);
  if (options.compares_with("onednn")) {
    for (Subject& subject : onednn_subjects(cases, batch)) subjects.push_back(std::move(subject));
  }
  std::vector<Measurement> measurements = measure(subjects, options.repetitions, options.seconds);
  if (options.compares_with("pytorch")) {
    append_peer(measurements,
                {.script = "pytorch_operators.py", .batches = {batch}, .threads = 1, .seconds = 0.5, .is_shown = true});
  }
  omp_set_num_threads(options.threads);
  return measurements;
}

std::vector<Measurement> bench_steps(const Options& options, const KernelProvider& provider) {
  const StepBench bench(provider);
  std::vector<Measurement> measurements =
      measure(bench.subjects(options.batches, options.threads), options.repetitions, options.seconds);
  for (const auto& [peer, script] : {std::pair{"pytorch", "pytorch_step.py"}, std::pair{"jax", "jax_step.py"}}) {
    if (!options.compares_with(peer)) continue;
    append_peer(measurements,
                {.script = script, .batches = options.batches, .threads = options.threads, .is_shown = true});
  }
  return measurements;
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
  if (options.what != "steps") append(report.measurements, bench_operators(options, kernels));
  if (options.what != "operators") append(report.measurements, bench_steps(options, kernels));
  return report;
}

#ifdef NESTWRIGHT_HAS_CUDNN
void append_cudnn(std::vector<Subject>& subjects, const Options& options, DeviceQueue& queue,
                  std::int64_t batch_of_kernels) {
  std::vector<Subject> rivals;
  if (options.what != "steps") rivals = cudnn_kernels(queue, batch_of_kernels);
  if (options.what != "operators") {
    for (Subject& subject : cudnn_steps(queue, options.batches)) rivals.push_back(std::move(subject));
  }
  for (Subject& subject : rivals) subjects.push_back(std::move(subject));
}
#else
void append_cudnn(std::vector<Subject>&, const Options&, DeviceQueue&, std::int64_t) {
  throw Error("--against", "this program was built without cuDNN's headers; './nestwright test' takes them from PyPI");
}
#endif

// Kernels at a batch of 1024, which fills a GPU.
Report bench_device(const Options& options, const KernelProvider& kernels) {
  constexpr std::int64_t batch_of_kernels = 1024;
  for (const std::string& peer : options.against) {
    if (options.device != "cuda" || (peer != "pytorch" && peer != "cudnn")) {
      throw Error("--against", fmt::format("{} can't be timed on {}", peer, options.device));
    }
  }
  const DeviceBench bench(kernels, options.device);
  Report report{.processor = options.device, .heading = "times by the host's clock"};
  if (options.device == "cuda") {
    const CudaPeak peak = measured_cuda_peak(bench.queue());
    report.processor = cuda::device_name();
    report.peak_of_one_thread = report.peak_of_all_threads = peak.flops;
    report.bandwidth = peak.bandwidth;
    report.heading =
        fmt::format("measured peak {:.1f} TFLOP/s, memory {:.0f} GB/s", peak.flops / 1e12, peak.bandwidth / 1e9);
  }
  std::vector<Subject> subjects;
  if (options.what != "steps") subjects = bench.kernels(batch_of_kernels);
  if (options.what != "operators") {
    for (Subject& subject : bench.steps(options.batches)) subjects.push_back(std::move(subject));
  }
  if (options.compares_with("cudnn")) append_cudnn(subjects, options, bench.queue(), batch_of_kernels);
  report.measurements = measure(subjects, options.repetitions, options.seconds);
  if (options.compares_with("pytorch") && options.what != "operators") {
    append_peer(report.measurements, {.script = "pytorch_step.py",
                                      .batches = options.batches,
                                      .threads = 1,
                                      .arguments = {"--device", "cuda"},
                                      .is_shown = true});
  }
  return report;
}

int run(Options options) {
  if (options.batches.empty()) {
    options.batches = {1, 16, 64, 256, 1024};
    if (options.device != "cpu") options.batches.push_back(4096);
  }
  if (!options.json.empty()) require_writable(options.json);
  run_halide_on_openmp();
  KernelRegistry kernels;
  register_generated_kernels(kernels);
  const Report report = options.device == "cpu" ? bench_processor(options, kernels) : bench_device(options, kernels);
  fmt::print("{}", to_text(report));
  if (!options.json.empty()) write_json(report, options.json);
  return 0;
}

}  // namespace
}  // namespace nestwright::bench

int main(int argc, char** argv) {
  CLI::App app("Times lenet5's operators, training step and inference", "nestwright bench");
  nestwright::bench::Options options;
  nestwright::bench::add_options(app, options);
  try {
    app.parse(argc, argv);
    return nestwright::bench::run(options);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    fmt::print(stderr, "nestwright bench: {} (see nestwright bench --help)\n", error.what());
  } catch (const nestwright::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const std::exception& error) {
    fmt::print(stderr, "nestwright bench: internal error: {}\n", error.what());
  }
  return 1;
}
