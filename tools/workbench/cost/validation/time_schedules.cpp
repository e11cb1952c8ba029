// nestwright-time-schedules OPERATOR SHAPE BLOCKS FILE...: measures and predicts the times of schedules. Prints one
// line of JSON for each legal schedule; the reasons why others are not legal go to standard error.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generators/kernel_call/random_call.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "support/timing.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/cost/explain.h"

namespace nestwright::workbench {
namespace {

// The quickest of samples_of_each samples of each call, in seconds: other programs on the machine, of which the model
// knows nothing, only add to a time. The number and the length of the samples are choices.
constexpr int samples_of_each = 31;
constexpr double sample_seconds = 1e-3;
std::vector<double> quickest_samples(const std::vector<std::function<void()>>& calls) {
  std::vector<double> least;
  for (const std::vector<double>& samples :
       sample_calls(calls, {.samples = samples_of_each, .sample_seconds = sample_seconds})) {
    least.push_back(*std::ranges::min_element(samples));
  }
  return least;
}

struct Timed {
  std::string file;
  Kernel kernel;
  cost::Explanation predicted;
};

// Compiles the schedule in `file`, and predicts its cost. Throws Error where the schedule is not legal.
Timed compile_and_predict(const std::string& file, const Use& use, std::int64_t blocks, const cost::Machine& machine,
                          const Halide::Target& target) {
  const ScheduleSource schedule = read_schedule(file);
  Kernel kernel = compile(schedule, use);
  cost::Explanation predicted =
      cost::explain({.schedule = schedule,
                     .algorithm = algorithm_of(schedule),
                     .op = use.op,
                     .shape = use.shape,
                     .size = {.blocks = blocks, .images = usual_lanes * blocks, .parameters = example_parameters()},
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
  for (const Timed& schedule : timed)
    calls.push_back(random_call(schedule.kernel, example_call(schedule.kernel.key.shape, usual_lanes * blocks)));
  const std::vector<double> measured = quickest_samples(calls);
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
