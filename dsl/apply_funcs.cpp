// Directives that go on with another stage, or with a Func that they make.
#include <fmt/format.h>

#include "dsl/applying.h"
#include "dsl/print.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::Func;

void go_on_with(Cursor& cursor, const Func& func, const std::string& name, const std::string& statement) {
  cursor = {name, statement, func, func, name};
}

void update_directive(Application& application, Cursor& cursor, const Call& call) {
  cursor = update_of(application, cursor, call.arguments.empty() ? 0 : call.arguments[0].value, call.position);
}

void wrap(Application& application, Cursor& cursor, const Call& call) {
  std::vector<Func> callers;
  std::string names;
  for (const Expression& argument : call.arguments) {
    callers.push_back(find_func(application, argument));
    names += (names.empty() ? "" : ", ") + name_of(application, callers.back().name());
  }
  const Func made = wrapper_of(application, cursor.func, call.name, callers, call.position);
  go_on_with(cursor, made, fmt::format("{}.{}({})", cursor.name, call.name, names), cursor.statement);
}

void rfactor(Application& application, Cursor& cursor, const Call& call) {
  std::vector<std::pair<Halide::RVar, Halide::Var>> preserved;
  for (std::size_t i = 0; i < call.arguments.size(); i += 2) {
    const Halide::VarOrRVar reduced = find_loop(application, cursor, call.arguments[i]);
    if (!reduced.is_rvar) {
      throw error(application, call.arguments[i].position,
                  fmt::format("`{}` is a dimension of `{}`; rfactor takes a loop of its reduction",
                              call.arguments[i].text, cursor.name));
    }
    preserved.emplace_back(reduced.rvar, Halide::Var(new_loop(application, cursor, call.arguments[i + 1], {}).name()));
  }
  require_associative(application, cursor, call);
  require_legal_stage(application, cursor);
  const Func made = cursor.stage.rfactor(preserved);
  application.made.emplace(made.name(), call.name);
  const std::string name = fmt::format("{}.{}", cursor.name, call_text(call)), statement = cursor.statement + "_intm";
  application.pipeline.funcs.emplace(statement, made);
  give_name(application, made, name);
  go_on_with(cursor, made, name, statement);
}

void specialize(Application& application, Cursor& cursor, const Call& call) {
  const Halide::Stage general = cursor.stage;
  cursor.stage = cursor.stage.specialize(condition_of(application, call.arguments[0]));
  inherit_history(application, general, cursor.stage);
}

void specialize_fail(Application&, Cursor& cursor, const Call& call) {
  cursor.stage.specialize_fail(call.arguments[0].text);
}

}  // namespace

const std::map<std::string, Apply>& func_directives() {
  static const std::map<std::string, Apply> table = {
      {"update", update_directive}, {"in", wrap},
      {"clone_in", wrap},           {"rfactor", rfactor},
      {"specialize", specialize},   {"specialize_fail", specialize_fail}};
  return table;
}

}  // namespace nestwright::dsl::applying
