// nestwright-time-schedules OPERATOR SHAPE BLOCKS FILE...: what schedules take, measured and predicted. One line of
// JSON for each that is legal; why others are not go to standard error.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "tools/workbench/cost/explain.h"
#include "tools/workbench/trial.h"

namespace nestwright::workbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int samples = 31;
constexpr double sample_seconds = 1e-3;

double seconds_of(const std::function<void()>& call, int times) {
  const auto start = Clock::now();
  for (int i = 0; i < times; ++i) call();
  return std::chrono::duration<double>(Clock::now() - start).count() / times;
}

// The quickest of samples that are taken in turn: what else runs on the machine only adds, and the model knows nothing
// of it.
std::vector<double> quickest(const std::vector<std::function<void()>>& calls) {
  std::vector<int> times;
  std::vector<double> best;
  for (const auto& call : calls) {
    call();
    best.push_back(seconds_of(call, 1));
    times.push_back(std::max(1, static_cast<int>(sample_seconds / best.back())));
  }
  for (int sample = 0; sample < samples; ++sample) {
    for (std::size_t i = 0; i < calls.size(); ++i) best[i] = std::min(best[i], seconds_of(calls[i], times[i]));
  }
  return best;
}

struct Timed {
  std::string file;
  Kernel kernel;
  cost::Explanation predicted;
};

// Throws Error where the schedule is not legal.
Timed compile_and_predict(const std::string& file, const Use& use, std::int64_t blocks, const cost::Machine& machine,
                          const Halide::Target& target) {
  const ScheduleSource schedule = read_schedule(file);
  Kernel kernel = compile(schedule, use);
  cost::Explanation predicted =
      cost::explain({.schedule = schedule,
                     .algorithm = algorithm_of(schedule),
                     .op = use.op,
                     .shape = use.shape,
                     .size = {.blocks = blocks, .images = 16 * blocks, .parameters = example_parameters()},
                     .target = target,
                     .machine = machine,
                     .caches = machine.caches,
                     .with_assembly = false,
                     .with_footprints = false});
  return {.file = file, .kernel = std::move(kernel), .predicted = std::move(predicted)};
}

void run(const std::string& op, const std::string& shape, std::int64_t blocks, const std::vector<std::string>& files) {
  make_halide_strict();
  const Halide::Target target = Halide::get_host_target();
  const cost::Machine machine = cost::measure_machine(target);
  const Use use = {.op = op, .shape = complete_shape(find_signature(op), Shape::parse(shape)), .where = ""};
  std::vector<Timed> timed;
  for (const std::string& file : files) {
    try {
      timed.push_back(compile_and_predict(file, use, blocks, machine, target));
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
  std::vector<std::function<void()>> calls;
  for (const Timed& schedule : timed) calls.push_back(timed_call(schedule.kernel, 16 * blocks));
  const std::vector<double> measured = quickest(calls);
  for (std::size_t i = 0; i < timed.size(); ++i) {
    nlohmann::ordered_json line = {{"file", timed[i].file},
                                   {"measured_seconds", measured[i]},
                                   {"predicted_seconds", timed[i].predicted.time.seconds},
                                   {"binding", timed[i].predicted.time.binding().name},
                                   {"live_registers", timed[i].predicted.live_registers}};
    for (const cost::Resource& resource : timed[i].predicted.time.resources) line[resource.name] = resource.seconds;
    std::printf("%s\n", line.dump().c_str());
  }
}

}  // namespace
}  // namespace nestwright::workbench

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("usage: nestwright-time-schedules OPERATOR SHAPE BLOCKS FILE...\n", stderr);
    return 2;
  }
  try {
    nestwright::workbench::run(argv[1], argv[2], std::stoll(argv[3]), {argv + 4, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
