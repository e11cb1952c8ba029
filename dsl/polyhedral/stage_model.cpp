#include "dsl/polyhedral/stage_model.h"

#include <algorithm>

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;

// Every read of one Func.
class SelfReads : public ir::IRVisitor {
 public:
  explicit SelfReads(std::string func) : func_(std::move(func)) {}
  std::vector<std::vector<Expr>> found;

 private:
  using ir::IRVisitor::visit;
  void visit(const ir::Call* call) override {
    ir::IRVisitor::visit(call);
    if (call->call_type != ir::Call::Halide || call->name != func_) return;
    const bool known = std::ranges::any_of(found, [&](const std::vector<Expr>& other) {
      return std::ranges::equal(other, call->args, [](const Expr& a, const Expr& b) { return ir::equal(a, b); });
    });
    if (!known) found.push_back(call->args);
  }
  std::string func_;
};

// Whether an operator adds or multiplies numbers that it rounds.
class Rounds : public ir::IRVisitor {
 public:
  bool does = false;

 private:
  using ir::IRVisitor::visit;
  void visit(const ir::Add* op) override { look(op); }
  void visit(const ir::Sub* op) override { look(op); }
  void visit(const ir::Mul* op) override { look(op); }
  template <typename Operation>
  void look(const Operation* op) {
    does = does || op->type.is_float();
    ir::IRVisitor::visit(op);
  }
};

Reordering reordering_of(const ir::Function& function, const ir::Definition& definition) {
  const ir::AssociativeOp proof = ir::prove_associativity(function.name(), definition.args(), definition.values());
  if (!proof.associative() || !proof.commutative()) return Reordering::changes_it;
  Rounds rounds;
  for (const Expr& op : proof.pattern.ops) op.accept(&rounds);
  return rounds.does ? Reordering::changes_rounding : Reordering::changes_nothing;
}

bool is_variable(const Expr& e, const std::string& name) {
  const auto* variable = e.as<ir::Variable>();
  return variable != nullptr && variable->name == name;
}

std::optional<std::int64_t> fixed_extent(const ir::Function& function, std::size_t dimension) {
  if (function.output_buffers().empty()) return std::nullopt;
  const Halide::Parameter& buffer = function.output_buffers()[0];
  if (!buffer.defined()) return std::nullopt;
  return ir::as_const_int(buffer.extent_constraint(static_cast<int>(dimension)));
}

void add_pure_variables(const ir::Function& function, StageModel& model) {
  const auto reduces = [&](const std::string& name) {
    return std::ranges::any_of(model.variables, [&](const Variable& v) { return v.name == name; });
  };
  std::vector<Variable> pure;
  for (std::size_t d = 0; d < model.write.size(); ++d) {
    const auto* variable = model.write[d].as<ir::Variable>();
    if (variable == nullptr || reduces(variable->name) || variable->param.defined()) continue;
    const bool everywhere = std::ranges::all_of(
        model.reads, [&](const std::vector<Expr>& read) { return is_variable(read[d], variable->name); });
    pure.push_back({.name = variable->name, .separates = everywhere, .extent = fixed_extent(function, d)});
  }
  model.variables.insert(model.variables.begin(), pure.begin(), pure.end());
}

}  // namespace

StageModel model_stage(const ir::Function& function, const ir::Definition& definition) {
  StageModel model{.func = function.name(),
                   .variables = {},
                   .conditions = definition.split_predicate(),
                   .write = definition.args(),
                   .reads = {},
                   .reordering = reordering_of(function, definition)};
  SelfReads reads(function.name());
  for (const Expr& e : definition.values()) e.accept(&reads);
  for (const Expr& e : definition.args()) e.accept(&reads);
  model.reads = reads.found;
  for (const ir::ReductionVariable& r : definition.schedule().rvars()) {
    const auto least = ir::as_const_int(r.min);
    model.variables.push_back({.name = r.var,
                               .is_reduction = true,
                               .separates = false,
                               .is_placed = least.has_value(),
                               .least = least.value_or(0),
                               .extent = least ? ir::as_const_int(r.extent) : std::nullopt});
  }
  add_pure_variables(function, model);
  return model;
}

}  // namespace nestwright::polyhedral
