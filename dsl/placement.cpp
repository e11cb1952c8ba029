#include "dsl/placement.h"

#include <algorithm>

namespace nestwright::dsl {
namespace {

namespace ir = Halide::Internal;
using Halide::LoopLevel;
using StageName = CallGraph::StageName;

// Halide answers questions about a level only once it is locked, which would end what may be scheduled: a copy is.
LoopLevel locked(const LoopLevel& level) {
  return {level.func_name(), level.var_name(), level.is_rvar(), level.get_stage_index(), true};
}

const ir::Definition& definition_of(const ir::Function& function, int update) {
  return update < 0 ? function.definition() : function.update(update);
}

// The Funcs that a definition and its specializations call.
class Calls : public ir::IRVisitor {
 public:
  std::map<std::string, ir::Function> found;

 private:
  using ir::IRVisitor::visit;
  void visit(const ir::Call* call) override {
    ir::IRVisitor::visit(call);
    if (call->call_type == ir::Call::Halide && call->func.defined())
      found.emplace(call->name, ir::Function(call->func));
  }
};

std::map<std::string, ir::Function> calls_of(const ir::Definition& definition) {
  Calls calls;
  definition.accept(&calls);
  return calls.found;
}

void collect_loops(const ir::Definition& definition, LoopNames& loops) {
  std::vector<std::string> names;
  for (const ir::Dim& dim : definition.schedule().dims()) names.push_back(dim.var);
  loops.push_back(names);
  for (const ir::Specialization& special : definition.specializations()) {
    if (special.definition.defined()) collect_loops(special.definition, loops);
  }
}

// Where the loop stands among others; nothing where it is none of them.
std::optional<std::size_t> place_of(const std::vector<std::string>& loops, const LoopLevel& level) {
  const std::string name = level.var().name();
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (ir::ends_with("." + loops[i], "." + name)) return i;
  }
  return std::nullopt;
}

bool has_loop(const CallGraph& graph, const StageName& stage, const LoopLevel& level) {
  const LoopNames nests = loop_names(graph.funcs().at(stage.func), stage.update);
  return std::ranges::all_of(nests, [&](const auto& loops) { return place_of(loops, level).has_value(); });
}

// Whether `inner` is the loop `outer` of the same stage or one within it.
bool is_within(const CallGraph& graph, const StageName& stage, const LoopLevel& inner, const LoopLevel& outer) {
  const LoopNames nests = loop_names(graph.funcs().at(stage.func), stage.update);
  return std::ranges::all_of(nests, [&](const auto& loops) {
    const auto inside = place_of(loops, inner), outside = place_of(loops, outer);
    return inside && outside && *inside <= *outside;
  });
}

bool encloses(const CallGraph& graph, const LoopLevel& level, const StageName& stage, std::size_t depth = 0);

// Whether the loop encloses the place where `func`, which is needed, is computed.
// Funcs that are computed within each other's loops lead nowhere: after as many steps as there are Funcs it does not.
bool encloses_place(const CallGraph& graph, const LoopLevel& level, const std::string& func, std::size_t depth = 0) {
  if (depth > graph.funcs().size()) return false;
  const LoopLevel place = locked(graph.funcs().at(func).schedule().compute_level());
  if (place.is_root()) return false;
  if (place.is_inlined()) {  // with updates, or an output: computed innermost where it is used
    if (graph.is_output(func)) return false;
    const std::vector<StageName> users = graph.users(func);
    return std::ranges::all_of(users, [&](const StageName& user) { return encloses(graph, level, user, depth + 1); });
  }
  // Computed at a loop that is not there: a fault of that Func, and not of what it needs.
  if (!graph.funcs().contains(place.func())) return true;
  if (place.func() != level.func()) return encloses_place(graph, level, place.func(), depth + 1);
  const std::vector<StageName> stages = graph.stages_needing(place.func(), func);
  return std::ranges::all_of(stages, [&](const StageName& stage) { return is_within(graph, stage, place, level); });
}

// Whether all of the stage runs within the loop.
bool encloses(const CallGraph& graph, const LoopLevel& level, const StageName& stage, std::size_t depth) {
  if (stage.func == level.func()) return has_loop(graph, stage, level);
  // A stage that is computed with another runs within that one's loops, from the one where they meet outwards.
  const LoopLevel meeting =
      locked(definition_of(graph.funcs().at(stage.func), stage.update).schedule().fuse_level().level);
  if (!meeting.is_inlined() && !meeting.is_root() && meeting.func() == level.func()) {
    return is_within(graph, {level.func(), meeting.get_stage_index() - 1}, meeting, level);
  }
  return encloses_place(graph, level, stage.func, depth);
}

// A loop that runs iterations at once, of those inside `outer` and around what is computed in `func`'s loop `inner`.
std::optional<std::pair<std::string, std::string>> concurrent_loop(const CallGraph& graph, const LoopLevel& outer,
                                                                   const LoopLevel& inner, const std::string& func,
                                                                   int depth = 0) {
  if (inner.is_root() || inner.is_inlined() || depth > 64) return std::nullopt;
  if (!graph.funcs().contains(inner.func())) return std::nullopt;
  const ir::Function& around = graph.funcs().at(inner.func());
  const bool ends_here = !outer.is_root() && outer.func() == inner.func();
  for (const StageName& stage : graph.stages_needing(inner.func(), func)) {
    const auto& dims = definition_of(around, stage.update).schedule().dims();
    const LoopNames nests = loop_names(around, stage.update);
    const auto first = place_of(nests[0], inner);
    const std::size_t last = ends_here ? place_of(nests[0], outer).value_or(dims.size()) : dims.size();
    for (std::size_t i = first.value_or(dims.size()); i < last; ++i) {
      if (dims[i].is_parallel()) return std::pair(inner.func(), dims[i].var);
    }
  }
  if (ends_here) return std::nullopt;
  return concurrent_loop(graph, outer, locked(around.schedule().compute_level()), inner.func(), depth + 1);
}

std::optional<PlacementFault> compute_fault(const CallGraph& graph, const std::string& func, const LoopLevel& level) {
  using Kind = PlacementFault::Kind;
  if (!graph.funcs().contains(level.func()) || graph.is_inlined(level.func())) {
    return PlacementFault{.kind = Kind::no_loops, .func = func, .user = level.func()};
  }
  for (const StageName& user : graph.users(func)) {
    if (!encloses(graph, level, user))
      return PlacementFault{.kind = Kind::use_outside, .func = func, .user = user.func};
  }
  return std::nullopt;
}

// Whether the storage is around the place where the values are computed.
bool stores_around(const CallGraph& graph, const std::string& func, const LoopLevel& store, const LoopLevel& compute) {
  if (store.is_root()) return true;
  if (compute.is_root()) return false;
  if (!graph.funcs().contains(store.func()) || graph.is_inlined(store.func())) return false;
  if (store.func() != compute.func()) return encloses_place(graph, store, compute.func());
  const std::vector<StageName> stages = graph.stages_needing(compute.func(), func);
  return std::ranges::all_of(stages, [&](const StageName& stage) { return is_within(graph, stage, compute, store); });
}

}  // namespace

LoopNames loop_names(const ir::Function& function, int update) {
  LoopNames loops;
  collect_loops(definition_of(function, update), loops);
  return loops;
}

CallGraph::CallGraph(const std::vector<ir::Function>& outputs) {
  for (const ir::Function& output : outputs) outputs_.insert(output.name());
  for (const ir::Function& output : outputs) add(output);
  // Now that every Func is known: what each stage needs after wrappers and inlining.
  for (const auto& [name, function] : funcs_) {
    for (int update = -1; update < static_cast<int>(function.updates().size()); ++update) {
      std::set<std::string> calls;
      for (const auto& [callee, unused] : calls_of(definition_of(function, update))) calls.insert(callee);
      std::set<std::string> used;
      expand(function, calls, used);
      used.erase(name);
      uses_[{name, update}] = used;
    }
  }
  // What nothing needs any more, because a wrapper stands in for it or it is inlined, has no uses that count.
  std::set<std::string> needed = outputs_;
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& [stage, used] : uses_) {
      if (!needed.contains(stage.func)) continue;
      for (const std::string& each : used) grows = needed.insert(each).second || grows;
    }
  }
  std::erase_if(uses_, [&](const auto& entry) { return !needed.contains(entry.first.func); });
  std::erase_if(funcs_, [&](const auto& entry) { return !needed.contains(entry.first); });
}

void CallGraph::add(const ir::Function& function) {
  if (!function.has_pure_definition() || !funcs_.emplace(function.name(), function).second) return;
  for (int update = -1; update < static_cast<int>(function.updates().size()); ++update) {
    for (const auto& [name, callee] : calls_of(definition_of(function, update))) add(callee);
  }
  for (const auto& [caller, wrapper] : function.schedule().wrappers()) add(ir::Function(wrapper));
}

std::string CallGraph::resolve(const std::string& caller, std::string callee) const {
  for (int hops = 0; hops < 64; ++hops) {
    const auto found = funcs_.find(callee);
    if (found == funcs_.end()) return callee;
    const auto& wrappers = found->second.schedule().wrappers();
    const bool is_wrapper =
        std::ranges::any_of(wrappers, [&](const auto& entry) { return ir::Function(entry.second).name() == caller; });
    if (is_wrapper) return callee;
    auto wrapper = wrappers.find(caller);
    if (wrapper == wrappers.end()) wrapper = wrappers.find("");
    if (wrapper == wrappers.end()) return callee;
    callee = ir::Function(wrapper->second).name();
  }
  return callee;
}

void CallGraph::expand(const ir::Function& body, const std::set<std::string>& calls, std::set<std::string>& used) {
  for (const std::string& call : calls) {
    const std::string callee = resolve(body.name(), call);
    const auto found = funcs_.find(callee);
    if (found == funcs_.end()) continue;
    if (!is_inlined(callee)) {
      used.insert(callee);
      continue;
    }
    std::set<std::string> within;
    for (const auto& [name, unused] : calls_of(found->second.definition())) within.insert(name);
    expand(found->second, within, used);
  }
}

bool CallGraph::is_inlined(const std::string& func) const {
  const ir::Function& function = funcs_.at(func);
  return !is_output(func) && function.can_be_inlined() && locked(function.schedule().compute_level()).is_inlined();
}

std::vector<StageName> CallGraph::users(const std::string& func) const {
  std::vector<StageName> found;
  for (const auto& [stage, used] : uses_) {
    if (used.contains(func)) found.push_back(stage);
  }
  return found;
}

bool CallGraph::depends_on(const std::string& func, const std::string& other) const {
  std::set<std::string> seen = {func};
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& [stage, used] : uses_) {
      if (!seen.contains(stage.func)) continue;
      for (const std::string& each : used) grows = seen.insert(each).second || grows;
    }
  }
  return func != other && seen.contains(other);
}

std::vector<StageName> CallGraph::stages_needing(const std::string& func, const std::string& inner) const {
  std::vector<StageName> found;
  for (const auto& [stage, used] : uses_) {
    if (stage.func != func) continue;
    const bool needs =
        std::ranges::any_of(used, [&](const std::string& each) { return each == inner || depends_on(each, inner); });
    if (needs) found.push_back(stage);
  }
  return found;
}

std::optional<PlacementFault> find_placement_fault(const CallGraph& graph, const std::string& func) {
  using Kind = PlacementFault::Kind;
  const auto& schedule = graph.funcs().at(func).schedule();
  const LoopLevel compute = locked(schedule.compute_level()), store = locked(schedule.store_level());
  if (graph.is_output(func)) {
    if (compute.is_inlined() || compute.is_root()) return std::nullopt;
    return PlacementFault{.kind = Kind::output_placed, .func = func};
  }
  if (compute.is_inlined()) return std::nullopt;
  if (!compute.is_root()) {
    const auto fault = compute_fault(graph, func, compute);
    if (fault) return fault;
  }
  if (store.is_inlined() || store == compute) return std::nullopt;
  if (!stores_around(graph, func, store, compute)) {
    return PlacementFault{.kind = Kind::storage_outside, .func = func, .is_storage = true};
  }
  const auto loop = concurrent_loop(graph, store, compute, func);
  if (!loop) return std::nullopt;
  return PlacementFault{
      .kind = Kind::concurrent_between, .func = func, .is_storage = true, .user = loop->first, .loop = loop->second};
}

}  // namespace nestwright::dsl
