#include "dsl/apply.h"

#include <fmt/format.h>

#include "dsl/applying.h"
#include "dsl/directives.h"
#include "dsl/halide_message.h"
#include "dsl/print.h"
#include "dsl/source_error.h"

namespace nestwright::dsl {
namespace {

using applying::Application;
using applying::Apply;
using applying::Cursor;

const std::map<std::string, Apply>& all_directives() {
  static const std::map<std::string, Apply> all = [] {
    std::map<std::string, Apply> joined;
    for (const auto* group : {&applying::loop_directives(), &applying::storage_directives(),
                              &applying::func_directives(), &applying::gpu_directives()}) {
      joined.insert(group->begin(), group->end());
    }
    return joined;
  }();
  return all;
}

// Runs `step`, and says where in the schedule Halide found what wrong.
template <typename Step>
void guarded(const Application& application, const Call& call, Step step) {
  try {
    step();
  } catch (const Halide::Error& error) {
    throw error_at(application.schedule, call.position,
                   fmt::format("Halide refuses {}: {}", call.name, halide_message(error.what(), application.names)));
  }
}

void apply_statement(Application& application, const Statement& statement) {
  const Halide::Func func = applying::find_func(
      application, {.kind = Expression::Kind::name, .text = statement.func, .position = statement.position});
  Cursor cursor{statement.func, statement.func, func, func, statement.func};
  for (const Call& call : statement.calls) {
    const Directive& directive = *find_directive(call.name);
    if (directive.needs_gpu && !application.target.has_gpu_feature()) {
      throw error_at(application.schedule, call.position,
                     fmt::format("{} needs a GPU; the target {} has none", call.name, application.target.to_string()));
    }
    application.calls.push_back({cursor.func.name(), call});
    guarded(application, call, [&] { all_directives().at(call.name)(application, cursor, call); });
    applying::require_small_schedule(application, cursor, call);
    applying::remember(application, cursor, call);
  }
  if (statement.name.empty()) return;
  if (!application.pipeline.funcs.emplace(statement.name, cursor.func).second) {
    throw error_at(application.schedule, statement.name_position,
                   fmt::format("there is a Func `{}` already; give the new one another name", statement.name));
  }
  applying::give_name(application, cursor.func, statement.name);
}

std::set<std::string> find_outputs(const Pipeline& pipeline) {
  std::set<std::string> called, outputs;
  for (const auto& [name, func] : pipeline.funcs) {
    // Some Funcs between those that the pipeline names have no name in it.
    for (const auto& [callee, function] : Halide::Internal::find_transitive_calls(func.function())) {
      if (callee != func.name()) called.insert(callee);
    }
  }
  for (const auto& [name, func] : pipeline.funcs) {
    if (!called.contains(func.name()) && !applying::input_parameter(func).defined()) outputs.insert(func.name());
  }
  outputs.insert(pipeline.in_place.begin(), pipeline.in_place.end());
  return outputs;
}

}  // namespace

ScheduleNames names_of(const Pipeline& pipeline) {
  ScheduleNames names;
  for (const auto& [name, func] : pipeline.funcs) {
    names.funcs[func.name()] = name;
    for (const Halide::Var& dimension : func.args()) names.dimensions[name].push_back(dimension.name());
  }
  names.dimensions.insert(pipeline.tensors.begin(), pipeline.tensors.end());
  for (const auto& [name, variable] : pipeline.reduction_variables) names.reductions[variable.name()] = name;
  return names;
}

Applied apply(const CheckedSchedule& schedule, const Pipeline& pipeline, const Halide::Target& target) {
  const Schedule& text = schedule.schedule;
  if (text.op != pipeline.op) {
    throw error_at(text, text.op_position, fmt::format("this is a schedule for {}, not for {}", text.op, pipeline.op));
  }
  Application application{.schedule = text,
                          .pipeline = pipeline,
                          .target = target,
                          .names = names_of(pipeline),
                          .outputs = find_outputs(pipeline)};
  for (const Item& item : text.items) {
    if (const auto* statement = std::get_if<Statement>(&item.what)) apply_statement(application, *statement);
  }
  for (const auto& step : application.deferred) step();
  applying::require_legal_stages(application);
  applying::require_legal_placement(application);
  return {.notes = std::move(application.notes),
          .names = std::move(application.names),
          .calls = std::move(application.calls)};
}

}  // namespace nestwright::dsl
