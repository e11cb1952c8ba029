#include "bench/device_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/cuda_peak.h"
#ifdef NESTWRIGHT_HAS_CUDNN
#include "bench/cudnn_subjects.h"
#endif
#include "bench/device_bench.h"
#include "bench/rivals/peers.h"
#include "support/error.h"

namespace nestwright::bench {
namespace {

void append(std::vector<Subject>& subjects, std::vector<Subject> more) {
  for (Subject& subject : more) subjects.push_back(std::move(subject));
}

#ifdef NESTWRIGHT_HAS_CUDNN
std::vector<Subject> cudnn_subjects(const DeviceRequest& request, DeviceQueue& queue, const KernelProvider& kernels) {
  const RivalOptions options = {.allow_tf32 = request.allow_tf32, .both_layouts = request.both_layouts};
  const std::vector<std::int64_t> none;
  return cudnn_lenet_subjects(queue, kernels, request.has_steps ? request.batches : none,
                              request.has_kernels ? request.kernel_batches : none, options);
}
#else
std::vector<Subject> cudnn_subjects(const DeviceRequest&, DeviceQueue&, const KernelProvider&) {
  throw Error("--against", "this program was built without cuDNN's headers; './nestwright test' takes them from PyPI");
}
#endif

// The measurement as a line of JSON, as peers write it: "cudnn sgd" is the peer "cudnn" in the mode "sgd".
std::string row_text(const Measurement& m) {
  const std::size_t space = m.implementation.find(' ');
  nlohmann::ordered_json row = {{"peer", m.implementation.substr(0, space)},
                                {"mode", space == std::string::npos ? "" : m.implementation.substr(space + 1)},
                                {"what", m.group},
                                {"batch", m.batch},
                                {"threads", m.threads}};
  if (m.failure.empty()) {
    row["median_seconds"] = m.median_seconds;
    row["low_seconds"] = m.median_seconds * (1.0 - m.spread / 2.0);
    row["high_seconds"] = m.median_seconds * (1.0 + m.spread / 2.0);
  } else {
    row["failure"] = m.failure;
  }
  return row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

PeerRun run_of(const std::string& rival, const DeviceRequest& request) {
  if (rival == "pytorch") {
    return {
        .script = "pytorch_step.py", .batches = request.batches, .arguments = {"--device", "cuda"}, .is_shown = true};
  }
  const std::string what = !request.has_kernels ? "steps" : !request.has_steps ? "operators" : "all";
  PeerRun run = {.script = {},
                 .program = std::filesystem::read_symlink("/proc/self/exe").string(),
                 .batches = {},
                 .arguments = {"--device", request.device, "--alone", rival, "--what", what, "--batch",
                               fmt::format("{}", fmt::join(request.batches, ",")), "--repetitions",
                               std::to_string(request.repetitions), "--seconds", fmt::format("{}", request.seconds)},
                 .is_shown = true};
  if (request.allow_tf32) run.arguments.emplace_back("--tf32");
  if (request.both_layouts) run.arguments.emplace_back("--both-layouts");
  return run;
}

Report begin_report(const DeviceRequest& request, DeviceQueue& queue) {
  Report report{.processor = request.device, .heading = "times by the host's clock"};
  if (request.device != "cuda") return report;
  const CudaPeak peak = measured_cuda_peak(queue);
  report.processor = cuda::device_name();
  report.peak_of_one_thread = report.peak_of_all_threads = peak.flops;
  report.bandwidth = peak.bandwidth;
  report.heading =
      fmt::format("measured peak {:.1f} TFLOP/s, memory {:.0f} GB/s", peak.flops / 1e12, peak.bandwidth / 1e9);
  return report;
}

}  // namespace

Report bench_device(const DeviceRequest& request, const KernelProvider& kernels,
                    const std::function<void(const Report&)>& on_row) {
  for (const std::string& rival : request.against) {
    if (request.device != "cuda" || (rival != "pytorch" && rival != "cudnn")) {
      throw Error("--against", fmt::format("{} can't be timed on {}", rival, request.device));
    }
  }
  const DeviceBench bench(kernels, request.device);
  Report report = begin_report(request, bench.queue());
  std::vector<Subject> subjects;
  if (request.has_steps) append(subjects, bench.steps(request.batches));
  if (request.has_kernels) append(subjects, bench.kernels(request.kernel_batches));
  measure_one_by_one(subjects, request.repetitions, request.seconds, [&](const Measurement& row) {
    report.measurements.push_back(row);
    on_row(report);
  });
  for (const std::string& rival : request.against) {
    try {
      run_peer(run_of(rival, request), [&](const PeerRow& row) {
        report.measurements.push_back(measurement_of(row));
        on_row(report);
      });
    } catch (const Error& error) {
      report.failures.emplace_back(error.what());
      on_row(report);
    }
  }
  return report;
}

bool bench_rival(const std::string& rival, const DeviceRequest& request, const KernelProvider& kernels) {
  if (rival != "cudnn" || request.device != "cuda") {
    throw Error("--alone",
                fmt::format("{} on {} is no rival of this program; expected cudnn on cuda", rival, request.device));
  }
  DeviceQueue queue(kernels, request.device);
  bool all_are_timed = true;
  measure_one_by_one(cudnn_subjects(request, queue, kernels), request.repetitions, request.seconds,
                     [&](const Measurement& row) {
                       fmt::print("{}\n", row_text(row));
                       std::fflush(stdout);
                       all_are_timed &= row.failure.empty();
                     });
  return all_are_timed;
}

}  // namespace nestwright::bench
