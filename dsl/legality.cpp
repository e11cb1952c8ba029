// Whether the loops of each stage keep the algorithm's dependences, and which directive broke them.
#include <fmt/format.h>

#include <algorithm>

#include "dsl/applying.h"
#include "dsl/illegal_schedule.h"
#include "dsl/legality_text.h"
#include "dsl/print.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::Stage;
using Halide::Internal::Definition;
using Halide::Internal::Function;
using polyhedral::LoopNest;
using polyhedral::StageModel;
using polyhedral::StageVerdict;

// A definition's schedule stays where it is while directives change it.
const void* history_key(const Halide::Internal::StageSchedule& schedule) { return &schedule.dims(); }

// The definition, of the Func's updates and their specializations, that has this schedule.
const Definition* find_definition(const std::vector<Definition>& definitions, const void* key);

const Definition* find_definition(const Definition& definition, const void* key) {
  if (history_key(definition.schedule()) == key) return &definition;
  for (const Halide::Internal::Specialization& special : definition.specializations()) {
    if (!special.definition.defined()) continue;
    const Definition* found = find_definition(special.definition, key);
    if (found != nullptr) return found;
  }
  return nullptr;
}

const Definition* find_definition(const std::vector<Definition>& definitions, const void* key) {
  for (const Definition& definition : definitions) {
    const Definition* found = find_definition(definition, key);
    if (found != nullptr) return found;
  }
  return nullptr;
}

// The directive from which on the stage has been what `holds` says.
template <typename Holds>
const Call* blamed(const History& history, Holds holds) {
  const Call* call = nullptr;
  for (auto step = history.steps.rbegin(); step != history.steps.rend() && holds(step->nest); ++step) {
    call = &step->call;
  }
  return call;
}

void refuse(const Application& application, const History& history, const StageModel& model, const LoopNest& nest,
            const polyhedral::Conflict& conflict) {
  const auto is_illegal = [&](const LoopNest& candidate) {
    return polyhedral::judge(model, candidate).conflict.has_value();
  };
  const Call* const call = blamed(history, is_illegal);
  if (call == nullptr)
    throw Error(application.schedule.file, "a stage is illegal before any directive: a defect of Nestwright");
  throw IllegalSchedule(error(application, call->position, conflict_text(application, model, conflict, *call)),
                        history.func, model, nest, conflict);
}

void add_note(Application& application, const Call& call, const std::string& variables) {
  application.notes.push_back(
      fmt::format("{}:{}:{}: {} reassociates the sum over {}: results may differ in the last bits",
                  application.schedule.file, call.position.line, call.position.column, call_text(call), variables));
}

void require_legal(Application& application, const History& history, const Definition& definition) {
  const StageModel model = polyhedral::model_stage(history.func.function(), definition);
  const LoopNest nest = LoopNest::of(definition.schedule());
  const StageVerdict verdict = polyhedral::judge(model, nest);
  if (verdict.conflict) refuse(application, history, model, nest, *verdict.conflict);
  if (!verdict.reassociation) return;
  const Call* const call = blamed(history, [&](const LoopNest& candidate) {
    const StageVerdict before = polyhedral::judge(model, candidate);
    return before.conflict || before.reassociation;
  });
  if (call != nullptr) add_note(application, *call, differing_variables(application, *verdict.reassociation));
}

StageModel model_of(const Cursor& cursor) {
  const Function function = cursor.func.function();
  const Definition* definition = find_definition(function.updates(), history_key(cursor.stage.get_schedule()));
  return polyhedral::model_stage(function, *definition);
}

}  // namespace

void remember(Application& application, const Cursor& cursor, const Call& call) {
  if (call.name.starts_with("compute_") || call.name.starts_with("store_") || call.name.starts_with("hoist_")) {
    application.placed[cursor.func.name()].push_back(call);
  }
  if (!cursor.is_update) return;
  History& history = application.histories[history_key(cursor.stage.get_schedule())];
  history.func = cursor.func;
  history.steps.push_back({call, LoopNest::of(cursor.stage.get_schedule())});
}

void leave_races_to_proof(Cursor& cursor, const Halide::VarOrRVar& loop) {
  if (cursor.is_update && loop.is_rvar) cursor.stage.allow_race_conditions();
}

void inherit_history(Application& application, const Stage& from, const Stage& to) {
  const auto found = application.histories.find(history_key(from.get_schedule()));
  if (found != application.histories.end()) application.histories[history_key(to.get_schedule())] = found->second;
}

void require_legal_stage(Application& application, const Cursor& cursor) {
  const void* const key = history_key(cursor.stage.get_schedule());
  const auto history = application.histories.find(key);
  if (history == application.histories.end()) return;
  const Definition* const definition = find_definition(cursor.func.function().updates(), key);
  if (definition != nullptr) require_legal(application, history->second, *definition);
}

void require_legal_stages(Application& application) {
  // In the order of the text, not of addresses.
  std::vector<std::pair<const void*, const History*>> ordered;
  for (const auto& [key, history] : application.histories) ordered.emplace_back(key, &history);
  std::ranges::sort(ordered, {}, [](const auto& entry) {
    const Position position = entry.second->steps.back().call.position;
    return std::pair(position.line, position.column);
  });
  for (const auto& [key, history] : ordered) {
    const Definition* const definition = find_definition(history->func.function().updates(), key);
    if (definition != nullptr) require_legal(application, *history, *definition);
  }
}

void explain_reorder(Application& application, const Cursor& cursor, const Call& call,
                     const std::vector<Halide::VarOrRVar>& order) {
  if (!cursor.is_update) return;
  LoopNest nest = LoopNest::of(cursor.stage.get_schedule());
  std::vector<std::size_t> places;
  std::vector<Halide::Internal::Dim> moved;
  for (const Halide::VarOrRVar& loop : order) {
    for (std::size_t i = 0; i < nest.dims.size(); ++i) {
      if (!Halide::Internal::ends_with("." + nest.dims[i].var, "." + loop.name())) continue;
      places.push_back(i);
      moved.push_back(nest.dims[i]);
      break;
    }
  }
  std::ranges::sort(places);
  for (std::size_t i = 0; i < places.size(); ++i) nest.dims[places[i]] = moved[i];
  const StageModel model = model_of(cursor);
  const StageVerdict verdict = polyhedral::judge(model, nest);
  if (!verdict.conflict) return;
  throw IllegalSchedule(error(application, call.position, conflict_text(application, model, *verdict.conflict, call)),
                        cursor.func, model, nest, *verdict.conflict);
}

void require_associative(Application& application, const Cursor& cursor, const Call& call) {
  const StageModel model = model_of(cursor);
  const Function function = cursor.func.function();
  const Definition& definition = *find_definition(function.updates(), history_key(cursor.stage.get_schedule()));
  // Halide leaves the special cases as they are, with all of the reduction in them.
  if (call.name == "rfactor" && !definition.specializations().empty()) {
    throw error(application, call.position,
                fmt::format("{} is specialized already, and rfactor would leave its special cases as they are; write "
                            "rfactor before specialize",
                            cursor.stage_name));
  }
  if (model.reordering == polyhedral::Reordering::changes_nothing) return;
  if (!Halide::Internal::prove_associativity(function.name(), definition.args(), definition.values()).associative()) {
    throw error(application, call.position,
                fmt::format("{} needs an update that is associative, such as a sum or a maximum; {} is not one",
                            call.name, cursor.stage_name));
  }
  if (call.name != "rfactor" || model.reordering != polyhedral::Reordering::changes_rounding) return;
  std::vector<std::string> loops;
  for (std::size_t i = 0; i < call.arguments.size(); i += 2) loops.push_back(call.arguments[i].text);
  add_note(application, call, fmt::format("{}", fmt::join(loops, ", ")));
}

}  // namespace nestwright::dsl::applying
