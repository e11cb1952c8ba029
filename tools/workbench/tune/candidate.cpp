#include "tools/workbench/tune/candidate.h"

#include <functional>

#include "generators/jit/compile.h"
#include "generators/kernel_call/random_call.h"
#include "support/error.h"
#include "support/timing.h"

namespace nestwright::tune {
namespace {

// How many seconds a sample lasts, about: a choice.
constexpr double sample_seconds = 1e-3;

// A function that takes one sample: it makes as many calls of this size as last sample_seconds, and returns the seconds
// of one call.
std::function<double()> sampler(const std::shared_ptr<const Kernel>& kernel, const CallSize& size) {
  const std::function<void()> call = random_call(*kernel, size);
  return [kernel, call, times = 0]() mutable {
    if (times == 0) {
      call();  // fills the caches and touches the memory's pages
      times = calls_lasting(call, sample_seconds);
    }
    return seconds_of(call, times) / times;
  };
}

bool is_right(const Kernel& kernel, const std::vector<Expectation>& expected) {
  try {
    return verify(kernel, expected).is_right();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Prepared prepare(const std::string& op, const std::string& algorithm, const Shape& shape, const CallSize& size,
                 const ScheduleSource& schedule, const std::shared_ptr<const std::vector<Expectation>>& expected) {
  const auto kernel = std::make_shared<const Kernel>(jit::compile(
      {.op = op, .algorithm = algorithm, .shape = shape, .schedule_name = "candidate", .schedule = schedule}));
  std::function<double()> sample = sampler(kernel, size);
  sample();  // throws Error where the kernel fails when it is called
  return {.sample = std::move(sample), .is_right = [kernel, expected] { return is_right(*kernel, *expected); }};
}

}  // namespace nestwright::tune
