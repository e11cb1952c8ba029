#include "tools/workbench/tune/structure.h"

#include <Halide.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "ops/algorithm/operator.h"

namespace nestwright::tune {
namespace {

using Halide::Expr;
using Halide::Internal::Function;

using Names = FuncNames;  // from Halide's names to those in schedules

// Finds every call of a Func or an image within an expression.
class Calls : public Halide::Internal::IRVisitor {
 public:
  std::vector<const Halide::Internal::Call*> found;

 protected:
  using IRVisitor::visit;
  void visit(const Halide::Internal::Call* call) override {
    IRVisitor::visit(call);
    if (call->call_type == Halide::Internal::Call::Halide) found.push_back(call);
  }
};

class Variables : public Halide::Internal::IRVisitor {
 public:
  std::set<std::string> found;

 protected:
  using IRVisitor::visit;
  void visit(const Halide::Internal::Variable* variable) override { found.insert(variable->name); }
};

std::set<std::string> variables_of(const Expr& expression) {
  Variables variables;
  expression.accept(&variables);
  return variables.found;
}

// From a variable to the loops that its value depends on.
using Meaning = std::map<std::string, std::set<std::string>>;
// Appends the reads of an expression. A read of a Func that schedules can't name is replaced by what that Func reads.
void append_reads(const Expr& expression, const Meaning& meaning, const Names& funcs, std::vector<Read>& reads) {
  Calls calls;
  expression.accept(&calls);
  for (const Halide::Internal::Call* call : calls.found) {
    std::vector<std::set<std::string>> arguments;
    for (const Expr& argument : call->args) {
      std::set<std::string> loops;
      for (const std::string& variable : variables_of(argument)) {
        const auto found = meaning.find(variable);
        if (found != meaning.end()) loops.insert(found->second.begin(), found->second.end());
      }
      arguments.push_back(std::move(loops));
    }
    const auto named = funcs.find(call->name);
    if (named != funcs.end()) {
      Read read = {.func = named->second, .loops = {}};
      for (const auto& loops : arguments) read.loops.emplace_back(loops.begin(), loops.end());
      reads.push_back(std::move(read));
      continue;
    }
    const Function callee(call->func);
    if (!callee.has_pure_definition() || callee.has_update_definition()) continue;
    Meaning inner;
    for (std::size_t i = 0; i < callee.args().size(); ++i) inner[callee.args()[i]] = arguments.at(i);
    for (const Expr& value : callee.values()) append_reads(value, inner, funcs, reads);
  }
}

std::int64_t constant_extent(const Expr& extent) {
  return Halide::Internal::as_const_int(Halide::Internal::simplify(extent)).value_or(dynamic_extent);
}

StageStructure stage_of(const std::string& name, const Function& function, const Names& funcs, const Names& reductions,
                        const std::map<std::string, std::int64_t>& extents) {
  StageStructure stage = {.name = name};
  Meaning meaning;
  for (const std::string& argument : function.args()) {
    const auto extent = extents.find(argument);
    stage.pure.push_back({argument, extent == extents.end() ? dynamic_extent : extent->second});
    meaning[argument] = {argument};
  }
  stage.updates = static_cast<int>(function.updates().size());
  const auto& main = function.updates().empty() ? function.definition() : function.updates().front();
  std::vector<std::pair<std::string, std::string>> loops;
  for (const std::string& argument : function.args()) loops.emplace_back(argument, argument);
  for (const auto& rvar : main.schedule().rvars()) {
    const auto known = reductions.find(rvar.var);
    if (known == reductions.end() || meaning.contains(rvar.var)) continue;
    stage.reduction.push_back({known->second, constant_extent(rvar.extent)});
    meaning[rvar.var] = {known->second};
    loops.emplace_back(rvar.var, known->second);
  }
  for (const Expr& value : main.values()) append_reads(value, meaning, funcs, stage.reads);
  stage.term = term_of(function, funcs, loops);
  std::erase_if(stage.reads, [&](const Read& read) { return read.func == name; });
  return stage;
}

// Appends the Func and all that it reads, producers before consumers.
void append_in_order(const Function& function, const Names& funcs, std::set<std::string>& seen,
                     std::vector<std::pair<std::string, Function>>& order) {
  if (!seen.insert(function.name()).second) return;
  for (const auto& [name, callee] : Halide::Internal::find_direct_calls(function)) {
    append_in_order(callee, funcs, seen, order);
  }
  const auto named = funcs.find(function.name());
  if (named != funcs.end()) order.emplace_back(named->second, function);
}

}  // namespace

bool Read::depends_on(const std::string& loop) const {
  return std::ranges::any_of(loops, [&](const auto& names) { return std::ranges::find(names, loop) != names.end(); });
}

bool Read::is_contiguous_in(const std::string& loop) const {
  for (std::size_t d = 1; d < loops.size(); ++d) {
    if (std::ranges::find(loops[d], loop) != loops[d].end()) return false;
  }
  return true;
}

const Loop* StageStructure::find(const std::string& loop) const {
  const auto found = std::ranges::find(pure, loop, &Loop::name);
  return found == pure.end() ? nullptr : &*found;
}

bool StageStructure::reads_from(const std::string& func) const {
  return std::ranges::any_of(reads, [&](const Read& read) { return read.func == func; });
}

const StageStructure* Structure::find(const std::string& stage) const {
  const auto found = std::ranges::find(stages, stage, &StageStructure::name);
  return found == stages.end() ? nullptr : &*found;
}

bool Structure::depends_on(const StageStructure& consumer, const std::string& producer) const {
  return std::ranges::any_of(consumer.reads, [&](const Read& read) {
    if (read.func == producer) return true;
    const StageStructure* const between = find(read.func);
    return between != nullptr && depends_on(*between, producer);
  });
}

Structure structure_of(const BoundAlgorithm& bound) {
  const Signature& signature = find_signature(bound.op);
  std::map<std::string, std::int64_t> extents;
  // Several outputs of equal dimensions are one Func, a tuple.
  const std::vector<TensorSpec> outputs_specs = signature.outputs(bound.shape);
  std::size_t index = 0;
  for (const Halide::Func& output : bound.algorithm.outputs) {
    const TensorSpec& spec = outputs_specs.at(index);
    for (std::size_t d = 0; d < spec.dimensions.size(); ++d) {
      extents.emplace(output.args().at(d).name(), spec.dimensions[d].extent);
    }
    index += static_cast<std::size_t>(std::max(1, output.outputs()));
  }
  for (const TensorSpec& spec : signature.inputs(bound.shape)) {
    for (const Dimension& dimension : spec.dimensions) extents.emplace(dimension.name, dimension.extent);
  }
  Names funcs, reductions;
  for (const auto& [name, func] : bound.algorithm.funcs) funcs.emplace(func.name(), name);
  for (const auto& [name, variable] : bound.algorithm.reduction_variables) reductions.emplace(variable.name(), name);

  const bool is_default = ops::find_operator(bound.op).algorithm == bound.algorithm_name;
  Structure structure = {
      .op = bound.op, .algorithm = is_default ? "" : bound.algorithm_name, .stages = {}, .inputs = {}};
  std::set<std::string> seen, inputs, outputs;
  for (const auto& [name, parameter] : bound.inputs) inputs.insert(name);
  for (const Halide::Func& output : bound.algorithm.outputs) outputs.insert(output.name());
  std::vector<std::pair<std::string, Function>> order;
  for (const Halide::Func& output : bound.algorithm.outputs) append_in_order(output.function(), funcs, seen, order);
  for (const auto& [name, function] : order) {
    StageStructure stage = stage_of(name, function, funcs, reductions, extents);
    stage.is_output = outputs.contains(function.name());
    (inputs.contains(name) ? structure.inputs : structure.stages).push_back(std::move(stage));
  }
  return structure;
}

}  // namespace nestwright::tune
