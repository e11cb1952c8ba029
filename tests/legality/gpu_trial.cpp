#include "tests/legality/gpu_trial.h"

#include <fmt/format.h>

#include <array>

#include "dsl/illegal_schedule.h"
#include "generators/jit/compile.h"
#include "generators/kernel_call/kernel_call.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/reference/comparison.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/call_size.h"
#include "tests/gpu/device.h"
#include "tests/legality/own_words.h"
#include "tests/legality/shared_store.h"
#include "tests/legality/thread_simulation.h"

namespace nestwright {
namespace {

using Verdict = GpuTrial::Verdict;

// Compiles and runs an algorithm with its schedule.
GpuTrial run(const BoundAlgorithm& bound) {
  const Signature& signature = find_signature(bound.op);
  const DynamicExtents extents = {.images = 2 * lanes_of(bound.shape) + 1, .parameters = 37, .groups = 3};
  const reference::Tensors inputs = sample_inputs(signature, bound.shape, extents, 7);
  const reference::Tensors expected = reference::evaluate(bound.op, bound.shape, inputs);
  Kernel kernel;
  try {
    kernel = jit::compile_scheduled(bound, "drawn", opencl_device.target());
  } catch (const Halide::Error& error) {
    return {Verdict::refused_by_halide, error.what()};
  }
  try {
    const reference::Tensors actual = call_kernel(kernel, inputs, expected, Memory::separate);
    const reference::Comparison comparison = reference::compare(actual, expected);
    return comparison.is_right() ? GpuTrial{Verdict::legal, {}} : GpuTrial{Verdict::wrong, comparison.complaint};
  } catch (const Error& error) {
    return {Verdict::wrong, "it fails when it is called: " + first_line(error.what())};
  }
}

// All of the schedule has been applied, so that what was refused can be run to see.
GpuTrial confirm(const BoundAlgorithm& bound, const dsl::IllegalSharing& refusal) {
  const bool gives_wrong_values = run(bound).verdict == Verdict::wrong;
  if (!refusal.conflict.is_certain || refusal.conflict.writer.empty()) {
    return {Verdict::foreign_unproved, refusal.what(), gives_wrong_values};
  }
  int updates = 0;
  const auto functions = Halide::Internal::build_environment([&] {
    std::vector<Halide::Internal::Function> outputs;
    for (const Halide::Func& output : bound.algorithm.outputs) outputs.push_back(output.function());
    return outputs;
  }());
  const auto found = functions.find(refusal.conflict.memory.func);
  if (found != functions.end()) updates = static_cast<int>(found->second.updates().size());
  using polyhedral::Confirmation;
  switch (simulate_threads(refusal.conflict, updates)) {
    case Confirmation::confirmed:
      return {Verdict::foreign_value, refusal.what(), gives_wrong_values};
    case Confirmation::undecided:
      return {Verdict::foreign_unproved, refusal.what(), gives_wrong_values};
    case Confirmation::refuted:
      break;
  }
  return {Verdict::wrong, fmt::format("brute force does not confirm: {}", refusal.what())};
}

// What becomes of the schedule, whatever words that is said in.
GpuTrial verdict_on(const BoundAlgorithm& bound, const ScheduleSource& schedule) {
  try {
    apply_schedule(bound, schedule, opencl_device.target());
  } catch (const dsl::IllegalSharing& refusal) {
    return confirm(bound, refusal);
  } catch (const dsl::IllegalSchedule& refusal) {
    return {Verdict::broken_dependence, refusal.what()};
  } catch (const dsl::IllegalPlacement& refusal) {
    return {Verdict::bad_placement, refusal.what()};
  } catch (const Error& error) {
    return {Verdict::refused_otherwise, error.what()};
  }
  GpuTrial trial = run(bound);
  if (trial.verdict == Verdict::legal) {
    const std::string shared = memory_shared_by_iterations(bound, opencl_device.target());
    if (!shared.empty()) return {Verdict::wrong, "concurrent iterations store to the same element of " + shared};
  }
  if (trial.verdict == Verdict::refused_by_halide) {
    trial.detail = lowering_refusal(bound, schedule, opencl_device.target(), trial.detail).what();
  }
  return trial;
}

}  // namespace

const char* name_of(Verdict verdict) {
  constexpr std::array<const char*, 8> names = {
      "legal",         "foreign value",     "foreign value, not provable", "broken dependence",
      "bad placement", "refused otherwise", "refused by Halide",           "wrong"};
  return names.at(static_cast<std::size_t>(verdict));
}

GpuTrial try_gpu_schedule(const DrawnUse& use, const std::string& text) {
  make_halide_strict();
  const ScheduleSource schedule = {.file = "drawn.nest", .text = text, .parameters = {}};
  GpuTrial trial = verdict_on(bind_algorithm(use.op, use.algorithm, use.shape, BlockStride::any), schedule);
  if (trial.verdict == Verdict::legal || trial.verdict == Verdict::wrong) return trial;
  const std::string foreign = not_its_own(trial.detail, schedule.file);
  if (foreign.empty()) return trial;
  return {Verdict::wrong, fmt::format("'{}' in what is said: {}", foreign, trial.detail)};
}

}  // namespace nestwright
