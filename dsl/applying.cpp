#include "dsl/applying.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "dsl/print.h"
#include "dsl/source_error.h"

namespace nestwright::dsl::applying {

using Halide::Func;
using Halide::LoopLevel;
using Halide::Var;
using Halide::VarOrRVar;
using Halide::Internal::Definition;

namespace {

std::vector<std::string> names_of(const Loops& loops) {
  std::vector<std::string> names;
  for (const auto& [name, variable] : loops) names.push_back(name);
  return names;
}

std::string names_of(const Application& application, const std::vector<Func>& funcs) {
  std::vector<std::string> names;
  for (const Func& func : funcs) names.push_back(name_of(application, func.name()));
  return fmt::format("{}", fmt::join(names, ", "));
}

void collect(const Application& application, const Definition& definition, Loops& found) {
  found.merge(loops_of(application, definition.schedule()));
  for (const auto& specialization : definition.specializations()) {
    if (specialization.definition.defined()) collect(application, specialization.definition, found);
  }
}

// The loops of every stage of `func`, or of one; those that only a specialization has too.
Loops loops_of(const Application& application, const Func& func, std::optional<int> update) {
  Loops found;
  const Halide::Internal::Function function = func.function();
  if (!update) collect(application, function.definition(), found);
  for (std::size_t i = 0; i < function.updates().size(); ++i) {
    if (!update || static_cast<std::size_t>(*update) == i)
      collect(application, function.update(static_cast<int>(i)), found);
  }
  return found;
}

}  // namespace

Error error(const Application& application, Position position, const std::string& what) {
  return error_at(application.schedule, position, what);
}

std::string name_of(const Application& application, const std::string& halide_name) {
  return application.names.func(halide_name);
}

void give_name(Application& application, const Func& made, const std::string& name) {
  application.names.funcs[made.name()] = name;
  std::vector<std::string>& dimensions = application.names.dimensions[name] = {};
  for (const Var& dimension : made.args()) dimensions.push_back(loop_in_schedule(dimension.name()));
}

Loops loops_of(const Application& application, const Halide::Internal::StageSchedule& stage) {
  Loops found;
  for (const Halide::Internal::Dim& dim : stage.dims()) {
    if (!has_schedule_name(dim.var)) continue;
    // Halide keeps what a loop was split from: "x._xo" is known as _xo. A reduction's own loop goes by the name that
    // the pipeline gives it, also when unroll(loop, size) and its like have split it.
    found.emplace(application.names.loop(dim.var), VarOrRVar(dim.var.substr(dim.var.rfind('.') + 1), dim.is_rvar()));
  }
  return found;
}

VarOrRVar find_loop(const Application& application, const Cursor& cursor, const Expression& name) {
  const Loops loops = loops_of(application, cursor.stage.get_schedule());
  const auto found = loops.find(name.text);
  if (found != loops.end()) return found->second;
  throw error(
      application, name.position,
      fmt::format("no loop `{}` in `{}`{}", name.text, cursor.stage_name, suggestion(name.text, names_of(loops))));
}

std::vector<VarOrRVar> find_loops(const Application& application, const Cursor& cursor,
                                  const std::vector<Expression>& names, std::size_t first, std::size_t count) {
  std::vector<VarOrRVar> found;
  for (std::size_t i = first; i < first + count; ++i) {
    for (std::size_t before = first; before < i; ++before) {
      if (names[before].text != names[i].text) continue;
      throw error(application, names[i].position, fmt::format("`{}` is there twice", names[i].text));
    }
    found.push_back(find_loop(application, cursor, names[i]));
  }
  return found;
}

VarOrRVar new_loop(const Application& application, const Cursor& cursor, const Expression& name,
                   const std::vector<Expression>& parents) {
  bool is_reduction = false;
  bool takes_over = false;
  for (const Expression& parent : parents) {
    is_reduction = is_reduction || find_loop(application, cursor, parent).is_rvar;
    takes_over = takes_over || parent.text == name.text;
  }
  if (!takes_over && loops_of(application, cursor.stage.get_schedule()).contains(name.text)) {
    throw error(
        application, name.position,
        fmt::format("`{}` has a loop `{}` already; give the new one another name", cursor.stage_name, name.text));
  }
  return {halide_loop(name.text), is_reduction};
}

Var find_dimension(const Application& application, const Cursor& cursor, const Expression& name) {
  std::vector<std::string> names;
  for (const Var& variable : cursor.func.args()) {
    names.push_back(loop_in_schedule(variable.name()));
    if (names.back() == name.text) return variable;
  }
  throw error(application, name.position,
              fmt::format("no dimension `{}` in `{}`{}", name.text, cursor.name, suggestion(name.text, names)));
}

Func find_func(Application& application, const Expression& expression) {
  if (expression.kind == Expression::Kind::member) {
    std::vector<Func> callers;
    for (std::size_t i = 1; i < expression.operands.size(); ++i)
      callers.push_back(find_func(application, expression.operands[i]));
    return wrapper_of(application, find_func(application, expression.operands[0]), expression.text, callers,
                      expression.position);
  }
  const auto found = application.pipeline.funcs.find(expression.text);
  if (found != application.pipeline.funcs.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, known] : application.pipeline.funcs) {
    // Whoever calls rfactor's Func by another name, or by none, need not learn this one.
    if (!application.made.contains(known.name()) || !name.ends_with("_intm")) names.push_back(name);
  }
  throw error(application, expression.position,
              fmt::format("no Func `{}` in {}{}", expression.text, application.pipeline.op,
                          suggestion(expression.text, names)));
}

Cursor update_of(const Application& application, const Cursor& cursor, int index, Position position) {
  Func func = cursor.func;
  const int count = func.num_update_definitions();
  if (index >= count) {
    throw error(application, position,
                count == 0
                    ? fmt::format("`{}` has no updates", cursor.name)
                    : fmt::format("`{}` has no update {}; its last is update({})", cursor.name, index, count - 1));
  }
  return {cursor.name, cursor.statement, func, func.update(index), fmt::format("{}.update({})", cursor.name, index),
          true};
}

Cursor find_stage(Application& application, const Expression& expression) {
  const bool names_update = expression.kind == Expression::Kind::member && expression.text == "update";
  const Expression& base = names_update ? expression.operands[0] : expression;
  const Func found = find_func(application, base);
  const std::string name = print(base);
  Cursor cursor{name, name, found, found, name};
  if (!names_update) return cursor;
  return update_of(application, cursor, expression.operands.size() > 1 ? expression.operands[1].value : 0,
                   expression.position);
}

namespace {

// Why no wrapper of `wrapped` can stand in for it in `caller`, which does not call it itself.
std::string no_use_text(const Application& application, const Func& caller, const Func& wrapped) {
  const std::string name = name_of(application, wrapped.name());
  const std::string not_used = fmt::format("`{}` does not use `{}`", name_of(application, caller.name()), name);
  const auto called = Halide::Internal::find_transitive_calls(caller.function());
  if (!called.contains(wrapped.name())) return not_used;
  std::set<std::string> between;  // a Func may have two names in the list
  for (const Func& func : std::views::values(application.pipeline.funcs)) {
    const bool is_between = called.contains(func.name()) && func.name() != caller.name();
    if (is_between && Halide::Internal::find_direct_calls(func.function()).contains(wrapped.name())) {
      between.insert(fmt::format("`{}`", name_of(application, func.name())));
    }
  }
  return fmt::format("{} itself, but through {}; {}", not_used,
                     between.empty() ? "a stage that has no name" : fmt::format("{}", fmt::join(between, ", ")),
                     between.empty() ? "name no stage, so that all use it" : "name what uses it");
}

// Throws Error where not all of these can read a copy of `wrapped` instead of it.
void require_callers(const Application& application, const Func& wrapped, const std::string& kind,
                     const std::vector<Func>& callers, Position position) {
  const std::string name = name_of(application, wrapped.name());
  std::set<std::string> named;
  for (const Func& caller : callers) {
    const std::string user = name_of(application, caller.name());
    if (!named.insert(caller.name()).second) {
      throw error(application, position, fmt::format("{} names `{}` twice; name each Func once", kind, user));
    }
    if (caller.name() == wrapped.name()) {
      throw error(application, position, fmt::format("`{}` can't read a copy of itself; name Funcs that use it", name));
    }
    const bool calls = Halide::Internal::find_direct_calls(caller.function()).contains(wrapped.name());
    if (calls || application.made.contains(wrapped.name())) continue;
    throw error(application, position, no_use_text(application, caller, wrapped));
  }
}

}  // namespace

Func wrapper_of(Application& application, Func wrapped, const std::string& kind, const std::vector<Func>& callers,
                Position position) {
  require_callers(application, wrapped, kind, callers, position);
  const auto make = [&] {
    // For one caller Halide's name for the new Func says which.
    if (kind == "clone_in") return callers.size() == 1 ? wrapped.clone_in(callers[0]) : wrapped.clone_in(callers);
    if (callers.empty()) return wrapped.in();
    return callers.size() == 1 ? wrapped.in(callers[0]) : wrapped.in(callers);
  };
  // Halide can't copy a Func of which it keeps copies.
  const auto& replaced = wrapped.function().schedule().wrappers();
  if (kind == "clone_in" && !replaced.empty() && !(callers.size() > 0 && replaced.contains(callers[0].name()))) {
    const std::string other = name_of(application, Halide::Internal::Function(replaced.begin()->second).name());
    throw error(application, position,
                fmt::format("`{}` has a copy already, {}, and Halide can't clone it then; name all Funcs that use the "
                            "clone in one clone_in, or write clone_in first",
                            name_of(application, wrapped.name()), other));
  }
  const Func made = make();
  if (!application.names.funcs.contains(made.name())) {
    give_name(application, made,
              fmt::format("{}.{}({})", name_of(application, wrapped.name()), kind, names_of(application, callers)));
  }
  const std::string before = application.made.emplace(made.name(), kind).first->second;
  if (before == kind) return made;
  throw error(application, position,
              fmt::format("`{}` is replaced there by {} already, which {} can't change",
                          name_of(application, wrapped.name()), before, kind));
}

LoopLevel loop_level(Application& application, const Expression& where, const Expression& name) {
  const bool names_update = where.kind == Expression::Kind::member && where.text == "update";
  const Cursor cursor = find_stage(application, where);
  if (name.text == "outermost") return {cursor.func, Var::outermost()};
  // Halide finds the stage that uses the Func; a stage that the schedule names says whose loops may be meant.
  std::optional<int> index;
  if (names_update) index = where.operands.size() > 1 ? where.operands[1].value : 0;
  const Loops loops = loops_of(application, cursor.func, index);
  const auto found = loops.find(name.text);
  if (found != loops.end()) return {cursor.func, found->second};
  throw error(
      application, name.position,
      fmt::format("no loop `{}` in `{}`{}", name.text, cursor.stage_name, suggestion(name.text, names_of(loops))));
}

bool is_in_place(const Application& application, const Cursor& cursor) {
  return application.pipeline.in_place.contains(cursor.func.name());
}

Halide::Parameter input_parameter(const Func& func) {
  Halide::Internal::Function function = func.function();
  // An ImageParam is a Func of its own around the buffer: one Func may wrap another.
  while (function.has_pure_definition() && function.definition().values().size() == 1) {
    const auto* call = function.definition().values()[0].as<Halide::Internal::Call>();
    if (call == nullptr || call->args.size() != function.args().size()) return {};
    for (std::size_t i = 0; i < call->args.size(); ++i) {
      const auto* variable = call->args[i].as<Halide::Internal::Variable>();
      if (variable == nullptr || variable->name != function.args()[i]) return {};
    }
    if (call->call_type == Halide::Internal::Call::Image) return call->param;
    if (call->call_type != Halide::Internal::Call::Halide || !call->func.defined()) return {};
    function = Halide::Internal::Function(call->func);
  }
  return {};
}

}  // namespace nestwright::dsl::applying
