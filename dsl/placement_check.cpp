// Whether Funcs are computed and kept around everything that uses them, and which directive says otherwise.
#include <fmt/format.h>

#include <algorithm>

#include "dsl/applying.h"
#include "dsl/illegal_schedule.h"
#include "dsl/placement.h"
#include "dsl/print.h"

namespace nestwright::dsl::applying {
namespace {

// Whether the directive says where that part of a Func is.
bool places(const Call& call, PlacementFault::Part part) {
  switch (part) {
    case PlacementFault::Part::loops:
      return call.name.starts_with("compute_") && call.name != "compute_with";
    case PlacementFault::Part::values:
      return call.name.starts_with("store_") && call.name != "store_in";
    case PlacementFault::Part::memory:
      return call.name.starts_with("hoist_");
  }
  return false;
}

// The last directive that says where the part of the Func is; where there is none, that says where another part is.
const Call* directive_about(const Application& application, const std::string& func, PlacementFault::Part part) {
  const auto found = application.placed.find(func);
  if (found == application.placed.end()) return nullptr;
  using Part = PlacementFault::Part;
  for (const Part each : {part, Part::values, Part::loops}) {
    for (auto call = found->second.rbegin(); call != found->second.rend(); ++call) {
      if (places(*call, each)) return &*call;
    }
  }
  return nullptr;
}

std::string what_is_wrong(const Application& application, const PlacementFault& fault, const std::string& directive) {
  using Kind = PlacementFault::Kind;
  const std::string func = name_of(application, fault.func),
                    user = fault.user.empty() ? "" : name_of(application, fault.user);
  const bool is_hoisted = fault.part == PlacementFault::Part::memory;
  switch (fault.kind) {
    case Kind::output_placed:
      return fmt::format("`{}` is an output, computed for the caller; it can't be within another Func's loops", func);
    case Kind::no_loops:
      return fmt::format("`{}` has no loops: it is computed inline, or nothing uses it; compute it somewhere first",
                         user);
    case Kind::use_outside:
      return fmt::format(
          "{} does not enclose every use of `{}`: `{}` needs it outside of that loop; compute it further "
          "out, or `{}` further in",
          directive, func, user, user);
    case Kind::storage_outside:
      if (is_hoisted) {
        return fmt::format(
            "{} does not enclose the loop that `{}` is kept in; hoist its memory to that loop, or "
            "further out",
            directive, func);
      }
      return fmt::format("{} does not enclose the loop that `{}` is computed in; keep it in that loop, or further out",
                         directive, func);
    case Kind::concurrent_between:
      if (is_hoisted) {
        return fmt::format(
            "the memory of `{}` would be outside of the concurrent loop `{}` of `{}`, within which it is computed: its "
            "iterations would write to the same memory at once; hoist it no further out than into that loop",
            func, application.names.loop(fault.loop), user);
      }
      return fmt::format(
          "`{}` would be kept outside of the concurrent loop `{}` of `{}` and computed within it: its "
          "iterations would write to the same memory at once; keep it within that loop",
          func, application.names.loop(fault.loop), user);
  }
  return {};
}

void require_computed_together(const Application& application, const CallGraph& graph) {
  for (const auto& [func, calls] : application.placed) {
    for (const Call& call : calls) {
      if (call.name != "compute_with" || !graph.funcs().contains(func)) continue;
      const auto& function = graph.funcs().at(func);
      std::vector<Halide::LoopLevel> partners = {function.definition().schedule().fuse_level().level};
      for (const auto& update : function.updates()) partners.push_back(update.schedule().fuse_level().level);
      for (const Halide::LoopLevel& partner : partners) {
        const std::string other = partner.func_name();  // empty where there is none
        if (!graph.funcs().contains(other)) continue;
        const bool needs = graph.depends_on(func, other), is_needed = graph.depends_on(other, func);
        if (!needs && !is_needed) continue;
        const std::string user = name_of(application, needs ? func : other),
                          used = name_of(application, needs ? other : func);
        throw IllegalPlacement(
            error(application, call.position,
                  fmt::format("{} would run `{}` in the same loops as `{}`, which it needs complete before",
                              call_text(call), user, used)));
      }
    }
  }
}

}  // namespace

void require_legal_placement(Application& application) {
  std::vector<Halide::Internal::Function> outputs;
  for (const auto& [name, func] : application.pipeline.funcs) {
    if (application.outputs.contains(func.name())) outputs.push_back(func.function());
  }
  const CallGraph graph(outputs);
  for (const auto& [name, function] : graph.funcs()) {
    const auto fault = find_placement_fault(graph, name);
    if (!fault) continue;
    const Call* call = directive_about(application, name, fault->part);
    const Position position = call == nullptr ? application.schedule.op_position : call->position;
    throw IllegalPlacement(
        error(application, position,
              what_is_wrong(application, *fault, call == nullptr ? "the schedule" : call_text(*call))));
  }
  require_computed_together(application, graph);
  require_own_values(application, outputs);
}

}  // namespace nestwright::dsl::applying
