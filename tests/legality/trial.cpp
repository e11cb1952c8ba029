#include "tests/legality/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "dsl/illegal_schedule.h"
#include "generators/jit/compile.h"
#include "generators/kernel_call/kernel_call.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/reference/comparison.h"
#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "ops/signature/call_size.h"
#include "tests/legality/loop_simulation.h"
#include "tests/legality/own_words.h"
#include "tests/legality/shared_store.h"

namespace nestwright {
namespace {

using Verdict = Trial::Verdict;

// Halide 21 gets Tuples wrong under strict_float.
Halide::Target target_for(const BoundAlgorithm& bound) {
  const Halide::Target target = Halide::get_jit_target_from_environment();
  return updates_a_tuple(bound) ? target.without_feature(Halide::Target::StrictFloat) : target;
}

// Functions of vectors are other code than the C library's, which serve single numbers; and without strict_float, what
// is multiplied and added at once differs.
bool may_round_otherwise(const BoundAlgorithm& bound) {
  const std::string& op = bound.op;
  return !target_for(bound).has_feature(Halide::Target::StrictFloat) || op.starts_with("tanh") ||
         op.starts_with("sigmoid") || op.find("softmax") != std::string::npos;
}

// What a kernel is called on, and what it should give.
struct Sample {
  reference::Tensors inputs, expected;
};

Sample sample_of(const std::string& op, const Shape& shape) {
  const DynamicExtents extents = {.images = 2 * lanes_of(shape) + 1, .parameters = 37, .groups = 3};
  reference::Tensors inputs = sample_inputs(find_signature(op), shape, extents, 7);
  reference::Tensors expected = reference::evaluate(op, shape, inputs);
  return {.inputs = std::move(inputs), .expected = std::move(expected)};
}

reference::Tensors run(const DrawnUse& use, const ScheduleSource& schedule, const Halide::Target& target,
                       const Sample& sample) {
  const Kernel kernel = jit::compile({.op = use.op,
                                      .algorithm = use.algorithm,
                                      .shape = use.shape,
                                      .schedule_name = "drawn",
                                      .schedule = schedule,
                                      .target = target});
  return call_kernel(kernel, sample.inputs, sample.expected, Memory::separate);
}

bool is_identical(const reference::Tensors& a, const reference::Tensors& b) {
  for (const auto& [name, tensor] : a) {
    const auto &mine = tensor.elements(), &other = b.at(name).elements();
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (mine[i].value != other[i].value) return false;
    }
  }
  return true;
}

// Every update of every Func that the algorithm names, under the loops that it now has.
std::string broken_update(const BoundAlgorithm& bound) {
  for (const auto& [name, func] : bound.algorithm.funcs) {
    for (const auto& definition : func.function().updates()) {
      const auto model = polyhedral::model_stage(func.function(), definition);
      const auto nest = polyhedral::LoopNest::of(definition.schedule());
      using polyhedral::Reordering;
      if (nest.is_atomic && model.reordering != Reordering::changes_it) continue;
      for (const std::int64_t extent : {2, 3}) {
        const polyhedral::LoopSimulation simulation(model, nest, extent, extent + 1);
        if (simulation.finds_conflict(model.reordering == Reordering::changes_nothing, 400)) return name;
      }
    }
  }
  return {};
}

Trial confirm_witness(const dsl::IllegalSchedule& refusal) {
  const polyhedral::Conflict& conflict = refusal.conflict;
  std::int64_t pure = 1, reduction = 1;  // at least
  for (const polyhedral::Variable& variable : refusal.model.variables) {
    std::int64_t& extent = variable.is_reduction ? reduction : pure;
    extent = std::max({extent, conflict.first.at(variable.name) + 1, conflict.second.at(variable.name) + 1});
  }
  for (std::int64_t more_pure = 0; more_pure < 9; ++more_pure) {
    for (const std::int64_t more_reduction : {0, 1, 2, 7}) {
      const polyhedral::LoopSimulation simulation(refusal.model, refusal.nest, pure + more_pure,
                                                  reduction + more_reduction);
      if (simulation.conflict_of(conflict.first, conflict.second) == conflict.kind) {
        return {Verdict::broken_dependence, refusal.what()};
      }
    }
  }
  if (!conflict.is_certain) return {Verdict::not_provable, refusal.what()};
  return {Verdict::wrong, fmt::format("brute force does not confirm: {}", refusal.what())};
}

// All of the schedule has been applied, so that what was refused can be run to see.
bool gives_wrong_values(const BoundAlgorithm& bound) {
  const Sample sample = sample_of(bound.op, bound.shape);
  try {
    const Kernel kernel = jit::compile_scheduled(bound, "refused", target_for(bound));
    return !reference::compare(call_kernel(kernel, sample.inputs, sample.expected, Memory::separate), sample.expected)
                .is_right();
  } catch (const std::exception&) {
    return true;
  }
}

Trial confirm_placement(const BoundAlgorithm& bound, const std::string& schedule,
                        const dsl::IllegalPlacement& refusal) {
  try {
    require_lowerable(bound, target_for(bound));
  } catch (const Halide::Error&) {
    return {Verdict::bad_placement, refusal.what()};
  }
  // A place has to serve every specialization, and memory the loops of every stage; Halide looks at some only.
  const bool is_specialized = schedule.find(".specialize(") != std::string::npos;
  const bool is_shared = std::string_view(refusal.what()).find("of the concurrent loop") != std::string_view::npos;
  if (is_specialized || is_shared) {
    const bool goes_wrong = !memory_shared_by_iterations(bound, target_for(bound)).empty() || gives_wrong_values(bound);
    return {goes_wrong ? Verdict::bad_placement : Verdict::not_provable, refusal.what()};
  }
  return {Verdict::wrong, fmt::format("Halide compiles what was refused: {}", refusal.what())};
}

std::string first_of(const std::string& text) { return text.substr(0, text.find('\n')); }

// A refusal has a place, and names nothing that only Halide knows.
Trial refused(const std::string& what) {
  const std::string fault = not_its_own(what, "drawn.nest");
  if (!fault.empty()) return {Verdict::wrong, fmt::format("its refusal has {}: {}", fault, first_of(what))};
  return {Verdict::refused_otherwise, first_of(what)};
}

Trial run_legal(const DrawnUse& use, const BoundAlgorithm& bound, const ScheduleSource& schedule, bool reassociates) {
  const Sample sample = sample_of(use.op, use.shape);
  const ScheduleSource plain = {
      .file = "plain", .text = fmt::format("schedule {} using {} for cpu", use.op, use.algorithm), .parameters = {}};
  reference::Tensors actual;
  try {
    actual = run(use, schedule, target_for(bound), sample);
  } catch (const Error& error) {
    return {Verdict::wrong, "legal, and fails: " + first_of(error.what())};  // when it is compiled, or called
  }
  const reference::Tensors unscheduled = run(use, plain, target_for(bound), sample);
  if (is_identical(actual, unscheduled)) return {reassociates ? Verdict::legal_reassociated : Verdict::legal, {}};
  const reference::Comparison comparison = reference::compare(actual, sample.expected);
  if (!comparison.is_right()) return {Verdict::wrong, comparison.complaint};
  if (reassociates) return {Verdict::legal_reassociated, {}};
  if (!may_round_otherwise(bound)) return {Verdict::wrong, "the result is not that of no schedule, bit for bit"};
  return {Verdict::legal, {}};
}

}  // namespace

const char* name_of(Verdict verdict) {
  constexpr std::array<const char*, 7> names = {"legal",        "legal, reassociated", "broken dependence",
                                                "not provable", "bad placement",       "refused otherwise",
                                                "wrong"};
  return names.at(static_cast<std::size_t>(verdict));
}

Trial try_schedule(const DrawnUse& use, const std::string& text) {
  make_halide_strict();
  const ScheduleSource schedule = {.file = "drawn.nest", .text = text, .parameters = {}};
  const BoundAlgorithm bound = bind_algorithm(use.op, use.algorithm, use.shape);
  bool reassociates = false;
  try {
    reassociates = !apply_schedule(bound, schedule, target_for(bound)).empty();
  } catch (const dsl::IllegalSchedule& refusal) {
    return confirm_witness(refusal);
  } catch (const dsl::IllegalPlacement& refusal) {
    return confirm_placement(bound, text, refusal);
  } catch (const Error& error) {
    return refused(error.what());
  }
  try {
    require_lowerable(bound, target_for(bound));  // as `check` does
  } catch (const Halide::Error& error) {
    return refused(lowering_refusal(bound, schedule, target_for(bound), error.what()).what());
  }
  const std::string shared = memory_shared_by_iterations(bound, target_for(bound));
  if (!shared.empty()) return {Verdict::wrong, "concurrent iterations store to the same element of " + shared};
  const std::string broken = broken_update(bound);
  if (!broken.empty()) return {Verdict::wrong, "brute force finds a broken dependence in " + broken};
  return run_legal(use, bound, schedule, reassociates);
}

}  // namespace nestwright
