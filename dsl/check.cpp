#include "dsl/check.h"

#include <fmt/format.h>

#include "dsl/check_arguments.h"
#include "dsl/directives.h"
#include "dsl/evaluate.h"
#include "dsl/print.h"
#include "dsl/source_error.h"
#include "dsl/tune_values.h"

namespace nestwright::dsl {
namespace {

// What a chain is at: what the directives before left it with.
struct Chain {
  Yields at = Yields::new_func;
  std::string after;  // the directive that did
};

void check_place(const Call& call, const Directive& directive, const Chain& chain, const Schedule& schedule) {
  const bool at_func = chain.at == Yields::new_func;
  if (directive.applies_to == AppliesTo::func && !at_func) {
    throw error_at(
        schedule, call.position,
        fmt::format("{} applies to a whole Func, and can't follow {}; begin a new statement", call.name, chain.after));
  }
  if (directive.applies_to == AppliesTo::update && chain.at != Yields::update) {
    throw error_at(schedule, call.position,
                   fmt::format("{} applies to an update; write .update(0).{}(...)", call.name, call.name));
  }
}

Statement check_statement(Statement statement, const std::map<std::string, int>& values, const Schedule& schedule) {
  if (values.contains(statement.func)) {
    throw error_at(schedule, statement.position, fmt::format("`{}` is a parameter; expected a Func", statement.func));
  }
  Chain chain;
  bool makes_func = false;
  for (Call& call : statement.calls) {
    const Directive* directive = find_directive(call.name);
    if (directive == nullptr) {
      std::vector<std::string> names;
      for (const Directive& known : directives()) names.push_back(known.name);
      throw error_at(schedule, call.position,
                     fmt::format("no directive `{}`{}", call.name, suggestion(call.name, names)));
    }
    check_place(call, *directive, chain, schedule);
    call.arguments = resolve_arguments(call, *directive, values, schedule);
    if (directive->yields != Yields::same) chain = {directive->yields, call.name};
    makes_func = makes_func || directive->yields == Yields::new_func;
  }
  if (!statement.name.empty() && !(makes_func && chain.at == Yields::new_func)) {
    throw error_at(schedule, statement.name_position,
                   fmt::format("`as {}` names a new Func; the statement has to end on one, made by in, clone_in or "
                               "rfactor",
                               statement.name));
  }
  return statement;
}

void check_requirements(const Schedule& schedule, const std::map<std::string, int>& values) {
  for (const Item& item : schedule.items) {
    const auto* require = std::get_if<Require>(&item.what);
    if (require == nullptr || evaluate(require->condition, values, schedule) != 0) continue;
    std::vector<std::string> shown;
    for (const auto& [name, value] : values) shown.push_back(fmt::format("{} = {}", name, value));
    throw error_at(schedule, require->condition.position,
                   fmt::format("`{}` does not hold for {}", print(require->condition),
                               shown.empty() ? "this schedule" : fmt::format("{}", fmt::join(shown, ", "))));
  }
}

}  // namespace

bool fulfils_requirements(const Schedule& schedule, const std::map<std::string, int>& values) {
  for (const Item& item : schedule.items) {
    const auto* require = std::get_if<Require>(&item.what);
    if (require != nullptr && evaluate(require->condition, values, schedule) == 0) return false;
  }
  return true;
}

CheckedSchedule check(const Schedule& schedule, const Halide::Target& target,
                      const std::map<std::string, int>& parameters) {
  if (schedule.purpose == "gpu" && !target.has_gpu_feature()) {
    throw error_at(schedule, schedule.purpose_position,
                   fmt::format("this schedule is for a GPU; the target {} has none", target.to_string()));
  }
  CheckedSchedule checked{.schedule = schedule, .values = tune_values(schedule, target, parameters)};
  check_requirements(schedule, checked.values);
  for (Item& item : checked.schedule.items) {
    auto* statement = std::get_if<Statement>(&item.what);
    if (statement != nullptr) *statement = check_statement(std::move(*statement), checked.values, schedule);
  }
  return checked;
}

}  // namespace nestwright::dsl
