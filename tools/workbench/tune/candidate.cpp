#include "tools/workbench/tune/candidate.h"

#include <algorithm>
#include <chrono>

#include "generators/jit/compile.h"
#include "generators/kernel_call/kernel_call.h"
#include "generators/kernel_call/random_call.h"
#include "ops/reference/comparison.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/call_size.h"
#include "support/error.h"

namespace nestwright::tune {
namespace {

double seconds_of(const RandomCall& call, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Verifier::Verifier(const std::string& op, const Shape& shape) {
  const Signature& signature = find_signature(op);
  std::uint64_t seed = 1;
  const std::int64_t lanes = lanes_of(shape);
  for (const std::int64_t images : {lanes, lanes + 1}) {
    const DynamicExtents extents = {.images = images, .parameters = 1000 + images, .groups = 2};
    reference::Tensors inputs = sample_inputs(signature, shape, extents, seed++);
    reference::Tensors expected = reference::evaluate(op, shape, inputs);
    cases_.push_back({std::move(inputs), std::move(expected)});
  }
}

std::string Verifier::complaint(const Kernel& kernel) const {
  for (const Case& verified : cases_) {
    try {
      const auto comparison = reference::compare(
          call_kernel(kernel, verified.inputs, verified.expected, Memory::separate), verified.expected);
      if (!comparison.is_right()) return comparison.complaint;
    } catch (const Error& error) {
      return error.what();
    }
  }
  return {};
}

std::function<double()> sampler(const std::shared_ptr<const Kernel>& kernel, const CallSize& size,
                                double sample_seconds) {
  const auto call = std::make_shared<RandomCall>(*kernel, size);
  const auto times = std::make_shared<int>(0);
  return [kernel, call, times, sample_seconds] {
    if (*times == 0) {
      (*call)();  // caches, pages
      const double once = std::max(seconds_of(*call, 1), 1e-9);
      *times = std::clamp(static_cast<int>(sample_seconds / once), 1, 1 << 20);
    }
    return seconds_of(*call, *times) / *times;
  };
}

Prepared prepare(const std::string& op, const std::string& algorithm, const Shape& shape, const CallSize& size,
                 const ScheduleSource& schedule, const std::shared_ptr<const Verifier>& verifier) {
  const auto kernel = std::make_shared<const Kernel>(jit::compile(
      {.op = op, .algorithm = algorithm, .shape = shape, .schedule_name = "candidate", .schedule = schedule}));
  std::function<double()> sample = sampler(kernel, size);
  sample();  // throws where the kernel fails when it is called
  return {.sample = std::move(sample), .is_right = [kernel, verifier] { return verifier->complaint(*kernel).empty(); }};
}

}  // namespace nestwright::tune
