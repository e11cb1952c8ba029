#include "tools/workbench/hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "dsl/apply.h"
#include "dsl/check.h"
#include "dsl/halide_message.h"
#include "dsl/print.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/signature/call_size.h"
#include "support/error.h"
#include "tools/workbench/cost/lower.h"
#include "tools/workbench/cost/registers.h"
#include "tools/workbench/cost/vector_registers.h"
#include "tools/workbench/cost/work.h"
#include "tools/workbench/loop_sizes.h"

namespace nestwright::workbench {
namespace {

// How many times as many operations make a hint: a choice. Schedules that trade some computing anew for locality, and
// tiles that end in a part, stay below it.
constexpr double wasteful = 1.6;

// How many times as large as its loop a part makes a hint where it may be meant: a schedule serves several shapes, or
// says itself what happens at the end of the loop. A choice; vectors of 12 for 10 outputs stay below it.
constexpr double far_too_large = 1.5;

// What a schedule is judged for.
struct Subject {
  const Use& use;
  const std::string& algorithm;
  const Halide::Target& target;
  bool is_one_of_several;  // whether the schedule serves other shapes, too
};

BoundAlgorithm bind(const Subject& subject) {
  return bind_algorithm(subject.use.op, subject.algorithm, subject.use.shape, block_stride_of(subject.target));
}

// For a call with many blocks, more of everything that only the call says where `more` is given.
cost::Nest lowered(const Subject& subject, const BoundAlgorithm& bound, std::int64_t more = 0) {
  constexpr std::int64_t blocks = 1024;
  CallSize size = example_call(subject.use.shape, (blocks + more) * lanes_of(subject.use.shape));
  size.parameters += more;
  return cost::lower(bound, subject.target, size);
}

cost::Nest nest_under(const Subject& subject, const dsl::CheckedSchedule& schedule) {
  const BoundAlgorithm bound = bind(subject);
  dsl::apply(schedule, pipeline_of(bound), subject.target);
  return lowered(subject, bound);
}

bool is_output(const BoundAlgorithm& bound, const Halide::Func& func) {
  return std::ranges::any_of(bound.algorithm.outputs,
                             [&](const Halide::Func& output) { return output.name() == func.name(); });
}

bool is_input(const BoundAlgorithm& bound, const std::string& name) {
  return std::ranges::any_of(bound.inputs, [&](const auto& input) { return input.first == name; });
}

// The Funcs that a schedule may compute somewhere.
std::vector<std::string> inner_funcs(const BoundAlgorithm& bound) {
  std::vector<std::string> names;
  for (const auto& [name, func] : bound.algorithm.funcs) {
    if (!is_output(bound, func) && !is_input(bound, name)) names.push_back(name);
  }
  return names;
}

// The least work that the algorithm takes, each value computed once; and the extents of its loops that are the same in
// every call.
struct Plain {
  double flops = 0.0;
  LoopExtents extents;
};

Plain plain_work(const Subject& subject) {
  const BoundAlgorithm bound = bind(subject);
  for (const std::string& name : inner_funcs(bound)) Halide::Func(bound.algorithm.funcs.at(name)).compute_root();
  cost::Nest nest = lowered(subject, bound), of_larger_call = lowered(subject, bound, 1);
  const cost::Work work = cost::work_of(nest), larger = cost::work_of(of_larger_call);
  const dsl::ScheduleNames names = dsl::names_of(pipeline_of(bound));
  Plain plain = {.flops = work.flops, .extents = {}};
  for (const auto& [loop, extent] : work.extents) {
    const auto in_larger = larger.extents.find(loop);
    if (in_larger == larger.extents.end() || in_larger->second != extent) continue;
    const std::size_t stage = loop.find(".s");
    const std::size_t end = stage == std::string::npos ? stage : loop.find('.', stage + 2);
    if (end == std::string::npos) continue;
    const int index = std::stoi(loop.substr(stage + 2, end - stage - 2));
    const std::string func = names.func(loop.substr(0, stage));
    plain.extents[index == 0 ? func : fmt::format("{}.update({})", func, index - 1)][names.loop(loop.substr(end + 1))] =
        extent;
  }
  return plain;
}

std::string hint_at(const dsl::Schedule& schedule, dsl::Position position, const std::string& what) {
  return fmt::format("{}:{}:{}: hint: {}", schedule.file, position.line, position.column, what);
}

// How many times as many operations the schedule takes as `changed`; nothing where that is not legal.
std::optional<double> times_the_work(const Subject& subject, double flops, const dsl::CheckedSchedule& changed) {
  try {
    cost::Nest nest = nest_under(subject, changed);
    const double less = cost::work_of(nest).flops;
    return less > 0.0 ? std::optional(flops / less) : std::nullopt;
  } catch (const Error&) {
  } catch (const Halide::Error&) {
  }
  return std::nullopt;
}

bool has_place(dsl::CheckedSchedule& schedule, const std::string& func) {
  return std::ranges::any_of(dsl::calls_of(schedule.schedule), [&](const dsl::PlacedCall& placed) {
    return placed.statement->func == func && placed.call->name.starts_with("compute_") &&
           placed.call->name != "compute_inline" && placed.call->name != "compute_with";
  });
}

dsl::CheckedSchedule with_root(dsl::CheckedSchedule schedule, const std::string& func) {
  const auto is_about_place = [](const dsl::Call& call) {
    return (call.name.starts_with("compute_") && call.name != "compute_with") ||
           call.name.starts_with("hoist_storage") || (call.name.starts_with("store_") && call.name != "store_in");
  };
  for (dsl::Item& item : schedule.schedule.items) {
    auto* const statement = std::get_if<dsl::Statement>(&item.what);
    if (statement != nullptr && statement->func == func) std::erase_if(statement->calls, is_about_place);
  }
  dsl::Statement root = {.func = func, .calls = {}};
  root.calls.push_back({.name = "compute_root", .arguments = {}});
  schedule.schedule.items.push_back({.what = root});
  return schedule;
}

// Funcs that are computed anew for their uses, one hint for each that compute_root() would compute less often.
void add_recomputed(const Subject& subject, const dsl::CheckedSchedule& schedule, double flops,
                    std::vector<std::string>& hints) {
  for (const std::string& func : inner_funcs(bind(subject))) {
    const std::optional<double> times = times_the_work(subject, flops, with_root(schedule, func));
    if (!times || *times < wasteful) continue;
    dsl::CheckedSchedule copy = schedule;
    if (!has_place(copy, func)) {
      hints.push_back(hint_at(schedule.schedule, schedule.schedule.op_position,
                              fmt::format("`{}` is inline, and computed anew wherever it is used: {:.1f} times the "
                                          "operations that {}.compute_root() takes",
                                          func, *times, func)));
      continue;
    }
    for (const dsl::PlacedCall& placed : dsl::calls_of(copy.schedule)) {
      if (placed.statement->func != func || placed.call->name != "compute_at") continue;
      hints.push_back(hint_at(schedule.schedule, placed.call->position,
                              fmt::format("{} computes values of `{}` anew: {:.1f} times the operations that "
                                          "compute_root() takes; a loop further out has them once",
                                          dsl::call_text(*placed.call), func, *times)));
    }
  }
}

// Vectors and parts of loops that reach beyond what is needed.
void add_too_wide(const Subject& subject, const dsl::CheckedSchedule& schedule, double flops,
                  std::vector<std::string>& hints) {
  dsl::CheckedSchedule changed = schedule;
  for (const dsl::PlacedCall& placed : dsl::calls_of(changed.schedule)) {
    const bool has_size =
        placed.call->name == "vectorize" || placed.call->name == "unroll" || placed.call->name == "split";
    const std::size_t index = placed.call->name == "split" ? 3 : 1;
    if (!has_size || placed.call->arguments.size() <= index) continue;
    dsl::Expression& size = placed.call->arguments[index];
    const std::string text = dsl::call_text(*placed.call);
    const int given = std::exchange(size.value, 1);
    const std::optional<double> times = times_the_work(subject, flops, changed);
    size.value = given;
    if (!times || *times < wasteful) continue;
    hints.push_back(hint_at(schedule.schedule, placed.call->position,
                            fmt::format("{} of `{}` computes beyond what is needed: {:.1f} times the operations of "
                                        "single elements, in lanes that nothing reads",
                                        text, placed.statement->func, *times)));
  }
}

bool says_tail(const dsl::Call& call) {
  return std::ranges::any_of(call.arguments, [](const dsl::Expression& argument) {
    return argument.kind == dsl::Expression::Kind::enumerator;
  });
}

void add_too_large(const Subject& subject, const dsl::CheckedSchedule& schedule, const LoopExtents& extents,
                   std::vector<std::string>& hints) {
  for (const TooLarge& part : parts_larger_than_loops(schedule.schedule, extents)) {
    const bool may_be_meant = subject.is_one_of_several || says_tail(part.call);
    if (may_be_meant && static_cast<double>(part.size) < far_too_large * static_cast<double>(part.extent)) continue;
    hints.push_back(hint_at(schedule.schedule, part.call.position,
                            fmt::format("{}: `{}` of `{}` has {} iteration{}, fewer than {}", dsl::call_text(part.call),
                                        part.loop, part.stage, part.extent, part.extent == 1 ? "" : "s", part.size)));
  }
}

void add_spills(const dsl::CheckedSchedule& schedule, cost::Nest nest, std::vector<std::string>& hints) {
  cost::assign_registers(nest);
  const int beyond = cost::vectors_beyond_registers(nest);
  if (beyond <= 0) return;
  hints.push_back(hint_at(schedule.schedule, schedule.schedule.op_position,
                          fmt::format("the sums of a loop take {} vector registers with their operands, and the target "
                                      "has {}: {} of them are spilled at each iteration; make a tile smaller",
                                      nest.vector_registers + beyond, nest.vector_registers, beyond)));
}

// The last directive that the text begins with, or the last about the Func that it begins with; the schedule's first
// line where there is none.
dsl::Position position_about(const dsl::Schedule& schedule, const dsl::Applied& applied, const std::string& text) {
  const auto is_about = [&](const dsl::AppliedCall& applied_call) {
    const std::string func = "`" + applied.names.func(applied_call.func);
    return text.starts_with(applied_call.call.name + " ") || text.starts_with(func + "`") ||
           text.starts_with(func + ".update(");
  };
  const auto found = std::ranges::find_if(applied.calls.rbegin(), applied.calls.rend(), is_about);
  return found == applied.calls.rend() ? schedule.op_position : found->call.position;
}

// What Halide warned of, each once.
void add_warnings(const dsl::Schedule& schedule, const dsl::Applied& applied, std::vector<std::string>& hints) {
  for (const std::string& warning : take_halide_warnings()) {
    const std::string text = dsl::halide_message(warning, applied.names);
    const std::string hint = hint_at(schedule, position_about(schedule, applied, text), text);
    if (std::ranges::find(hints, hint) == hints.end()) hints.push_back(hint);
  }
}

}  // namespace

std::vector<std::string> hints_for(const ReadSchedule& read, const Use& use, const Halide::Target& target,
                                   bool is_one_of_several) {
  std::vector<std::string> hints;
  if (target.has_gpu_feature()) return hints;
  const Subject subject = {use, read.parsed.algorithm, target, is_one_of_several};
  const dsl::CheckedSchedule schedule = dsl::check(read.parsed, target, read.source.parameters);
  try {
    const Plain plain = plain_work(subject);
    const BoundAlgorithm bound = bind(subject);
    const dsl::Applied applied = dsl::apply(schedule, pipeline_of(bound), target);
    cost::Nest nest = lowered(subject, bound);
    add_warnings(schedule.schedule, applied, hints);
    const double flops = cost::work_of(nest).flops;
    std::vector<std::string> larger;
    add_too_large(subject, schedule, plain.extents, larger);
    if (plain.flops > 0.0 && flops / plain.flops >= wasteful) {
      // What is too large is there for many reasons; the first that is found explains it.
      if (larger.empty()) add_too_wide(subject, schedule, flops, larger);
      if (larger.empty()) add_recomputed(subject, schedule, flops, larger);
    }
    hints.insert(hints.end(), larger.begin(), larger.end());
    add_spills(schedule, std::move(nest), hints);
  } catch (const Error&) {
    // The cost model can't read these loops: nothing more is known of them.
  }
  return hints;
}

}  // namespace nestwright::workbench
