// nestwright-legality-fuzz [--gpu] FIRST COUNT: draws COUNT schedules from seed FIRST on, and tests every verdict.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

#include "tests/gpu/device.h"
#include "tests/legality/bounded_text.h"
#include "tests/legality/gpu_schedule_drawer.h"
#include "tests/legality/gpu_trial.h"
#include "tests/legality/trial.h"

namespace {

using namespace nestwright;

// What is said of a schedule, on a processor or on a GPU.
struct Outcome {
  std::string verdict, detail;
  bool is_wrong = false;
};

Outcome try_on_processor(const DrawnUse& use, const std::string& schedule) {
  const Trial trial = try_schedule(use, schedule);
  return {name_of(trial.verdict), trial.detail, trial.verdict == Trial::Verdict::wrong};
}

Outcome try_on_gpu(const DrawnUse& use, const std::string& schedule) {
  const GpuTrial trial = try_gpu_schedule(use, schedule);
  const char* const when_run = trial.gives_wrong_values ? " (and wrong when run)" : "";
  return {std::string(name_of(trial.verdict)) + when_run, trial.detail, trial.verdict == GpuTrial::Verdict::wrong};
}

// Whether there is an OpenCL device. Asked in a process of its own: one that has opened a device can start no other
// that uses it.
bool has_opencl() {
  return text_of_bounded([] { return std::string(opencl_device.is_there() ? "yes" : ""); }).text == "yes";
}

// How PoCL runs the threads of a group: in vectors, as it does unless told, or one after another.
enum class PoclThreads { in_vectors, one_by_one };

// In a process of its own: what crashes, or takes too long, is wrong, too.
Outcome try_apart(const DrawnUse& use, const std::string& schedule, bool on_gpu, PoclThreads threads) {
  const BoundedText said = text_of_bounded([&] {
    if (threads == PoclThreads::one_by_one) setenv("POCL_WORK_GROUP_METHOD", "workitemloops", 1);
    if (on_gpu) static_cast<void>(opencl_device.is_there());  // loads OpenCL
    const Outcome outcome = on_gpu ? try_on_gpu(use, schedule) : try_on_processor(use, schedule);
    return fmt::format("{}{}\n{}", outcome.is_wrong ? '!' : ' ', outcome.verdict, outcome.detail);
  });
  if (!said.complaint.empty()) return {"wrong", said.complaint, true};
  const std::size_t line = said.text.find('\n');
  return {said.text.substr(1, line - 1), said.text.substr(line + 1), said.text.front() == '!'};
}

// PoCL 3.1's vectors of threads end some kernels with a fault, or get them wrong, that are right one thread after
// another; races, which this could hide, are looked for in the lowered code as well. What is right so is counted apart.
Outcome try_twice(const DrawnUse& use, const std::string& schedule, bool on_gpu) {
  const Outcome outcome = try_apart(use, schedule, on_gpu, PoclThreads::in_vectors);
  if (!outcome.is_wrong || !on_gpu) return outcome;
  const Outcome again = try_apart(use, schedule, on_gpu, PoclThreads::one_by_one);
  if (again.is_wrong) return outcome;
  return {again.verdict + ", but not in PoCL's vectors of threads", outcome.detail, false};
}

int fuzz(std::uint64_t first, std::uint64_t count, bool on_gpu) {
  std::map<std::string, std::uint64_t> counts;
  bool is_right = true;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const DrawnUse use = draw_use(seed);
    const std::string schedule = on_gpu ? draw_gpu_schedule(use, seed) : draw_schedule(use, seed);
    // One alone is shown whatever becomes of it, and of this program.
    if (count == 1) fmt::print("{} at {}:\n{}\n", use.op, use.shape.text(), schedule);
    std::fflush(stdout);
    Outcome outcome;
    try {
      outcome = try_twice(use, schedule, on_gpu);
    } catch (const std::exception& error) {
      outcome = {"wrong", fmt::format("it throws: {}", error.what()), true};
    }
    ++counts[outcome.verdict];
    is_right = is_right && !outcome.is_wrong;
    fmt::print("{} {}: {}\n", seed, outcome.verdict, outcome.detail.substr(0, outcome.detail.find('\n')));
    if (outcome.is_wrong && count > 1) fmt::print("at {}:\n{}\n", use.shape.text(), schedule);
    std::fflush(stdout);
  }
  for (const auto& [verdict, times] : counts) fmt::print("{}: {}\n", verdict, times);
  return is_right ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Draws schedules, and tests every verdict on them.");
  std::uint64_t first = 0, count = 0;
  bool on_gpu = false;
  app.add_option("FIRST", first, "The first schedule's seed")->required();
  app.add_option("COUNT", count, "How many schedules")->required();
  app.add_flag("--gpu", on_gpu, "Draw schedules for GPUs, and run them on OpenCL");
  CLI11_PARSE(app, argc, argv);
  if (on_gpu && !has_opencl()) {
    fmt::print(stderr, "--gpu: no OpenCL device is here; install PoCL (pocl-opencl-icd)\n");
    return 1;
  }
  // Sums that nothing reassociates are then the same to the last bit.
  setenv("HL_JIT_TARGET", "host-strict_float", 1);
  return fuzz(first, count, on_gpu);
}
