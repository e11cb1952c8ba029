#include "dsl/placement.h"

#include <algorithm>

namespace nestwright::dsl {
namespace {

namespace ir = Halide::Internal;
using Halide::LoopLevel;
using StageName = CallGraph::StageName;

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

// The loops of a stage, the innermost first: a list for the stage itself, then one for each of its specializations.
using LoopNests = std::vector<std::vector<ir::Dim>>;

void collect_loops(const ir::Definition& definition, LoopNests& nests) {
  nests.push_back(definition.schedule().dims());
  for (const ir::Specialization& special : definition.specializations()) {
    if (special.definition.defined()) collect_loops(special.definition, nests);
  }
}

LoopNests loop_nests(const CallGraph& graph, const StageName& stage) {
  LoopNests nests;
  collect_loops(definition_of(graph.funcs().at(stage.func), stage.update), nests);
  return nests;
}

// Where the loop stands among others; nothing where it is none of them.
std::optional<std::size_t> place_of(const std::vector<ir::Dim>& loops, const LoopLevel& level) {
  const std::string name = level.var().name();
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (ir::ends_with("." + loops[i].var, "." + name)) return i;
  }
  return std::nullopt;
}

bool has_loop(const CallGraph& graph, const StageName& stage, const LoopLevel& level) {
  const LoopNests nests = loop_nests(graph, stage);
  return std::ranges::all_of(nests, [&](const auto& loops) { return place_of(loops, level).has_value(); });
}

// Whether `inner` is the loop `outer` of the same stage or one within it.
bool is_within(const CallGraph& graph, const StageName& stage, const LoopLevel& inner, const LoopLevel& outer) {
  const LoopNests nests = loop_nests(graph, stage);
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

// A loop, and the Func whose loop it is.
using LoopOfFunc = std::pair<std::string, std::string>;

// The first concurrent loop of the stage, in any of its specializations, from `inner` outwards to `outer`, which is
// none of them. All loops count where `inner` is inlined, and those out to the outermost where `outer` is of no loop of
// the stage.
std::optional<LoopOfFunc> concurrent_in(const CallGraph& graph, const StageName& stage, const LoopLevel& outer,
                                        const LoopLevel& inner) {
  const bool ends_here = !outer.is_root() && outer.func() == stage.func;
  for (const std::vector<ir::Dim>& loops : loop_nests(graph, stage)) {
    const std::size_t first = inner.is_inlined() ? 0 : place_of(loops, inner).value_or(0);
    const std::size_t last = ends_here ? place_of(loops, outer).value_or(loops.size()) : loops.size();
    for (std::size_t i = first; i < last; ++i) {
      if (loops[i].is_parallel()) return LoopOfFunc(stage.func, loops[i].var);
    }
  }
  return std::nullopt;
}

// A loop that runs iterations at once, of those inside `outer` and around the place `inner` where `func` is computed.
// `passed`: the Funcs through whose loops the way has led; those that are computed within each other's have a fault of
// their own.
std::optional<LoopOfFunc> concurrent_loop(const CallGraph& graph, const LoopLevel& outer, const LoopLevel& inner,
                                          const std::string& func, std::set<std::string> passed = {}) {
  if (inner.is_root() || !passed.insert(func).second) return std::nullopt;
  std::set<StageName> around;
  if (inner.is_inlined()) {  // an output, or computed innermost in what uses it
    if (graph.is_output(func)) return std::nullopt;
    for (const StageName& user : graph.users(func)) around.insert(user);
  } else {
    for (const StageName& stage : graph.stages_needing(inner.func(), func)) around.insert(stage);
  }
  for (const StageName& stage : around) {
    const auto loop = concurrent_in(graph, stage, outer, inner);
    if (loop) return loop;
    if (!outer.is_root() && outer.func() == stage.func) continue;
    const LoopLevel place = locked(graph.funcs().at(stage.func).schedule().compute_level());
    const auto further_out = concurrent_loop(graph, outer, place, stage.func, passed);
    if (further_out) return further_out;
  }
  return std::nullopt;
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

// Whether `place` is a loop around the place `enclosed` of the Func.
bool is_around(const CallGraph& graph, const std::string& func, const LoopLevel& place, const LoopLevel& enclosed) {
  if (place.is_root()) return true;
  if (enclosed.is_root()) return false;
  if (!graph.funcs().contains(place.func()) || graph.is_inlined(place.func())) return false;
  if (place.func() != enclosed.func()) return encloses_place(graph, place, enclosed.func());
  const std::vector<StageName> stages = graph.stages_needing(enclosed.func(), func);
  return std::ranges::all_of(stages, [&](const StageName& stage) { return is_within(graph, stage, enclosed, place); });
}

// The place of a Func's values or memory, the one that it has to enclose, and the one where they are computed.
struct Storage {
  LoopLevel place, enclosed, compute;
};

std::optional<PlacementFault> storage_fault(const CallGraph& graph, const std::string& func, const Storage& storage) {
  using Kind = PlacementFault::Kind;
  if (!is_around(graph, func, storage.place, storage.enclosed)) {
    return PlacementFault{.kind = Kind::storage_outside, .func = func};
  }
  const auto loop = concurrent_loop(graph, storage.place, storage.compute, func);
  if (!loop) return std::nullopt;
  return PlacementFault{.kind = Kind::concurrent_between, .func = func, .user = loop->first, .loop = loop->second};
}

}  // namespace

LoopLevel locked(const LoopLevel& level) {
  return {level.func_name(), level.var_name(), level.is_rvar(), level.get_stage_index(), true};
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
  // Each wrapper stands in for another Func, so the way ends.
  for (;;) {
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
  using Part = PlacementFault::Part;
  const auto& schedule = graph.funcs().at(func).schedule();
  const LoopLevel compute = locked(schedule.compute_level());
  if (graph.is_output(func)) {
    if (compute.is_inlined() || compute.is_root()) return std::nullopt;
    return PlacementFault{.kind = PlacementFault::Kind::output_placed, .func = func};
  }
  if (compute.is_inlined()) return std::nullopt;
  if (!compute.is_root()) {
    const auto fault = compute_fault(graph, func, compute);
    if (fault) return fault;
  }
  // What has no place of its own has that of what it encloses.
  LoopLevel enclosed = compute;
  for (const Part part : {Part::values, Part::memory}) {
    const LoopLevel place = locked(part == Part::values ? schedule.store_level() : schedule.hoist_storage_level());
    if (place.is_inlined() || place == enclosed) continue;
    auto fault = storage_fault(graph, func, {.place = place, .enclosed = enclosed, .compute = compute});
    if (fault) {
      fault->part = part;
      return fault;
    }
    enclosed = place;
  }
  return std::nullopt;
}

}  // namespace nestwright::dsl
