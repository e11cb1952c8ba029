#include "dsl/polyhedral/access_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;
using Texts = std::vector<std::string>;

// No GPU has more threads in a dimension of a group; blocks are not told apart beyond that.
constexpr int most_threads = 1024;

const Step* loop_of(const Access& access, int dimension) {
  const auto found = std::ranges::find(access.path.rbegin(), access.path.rend(), dimension, &Step::dimension);
  return found == access.path.rend() ? nullptr : &*found;
}

// The variables of an expression, and whether it loads anything or calls what may give another value each time.
class Uses : public ir::IRVisitor {
 public:
  std::set<std::string> names;
  bool is_pure = true;

 private:
  using ir::IRVisitor::visit;
  void visit(const ir::Variable* op) override { names.insert(op->name); }
  void visit(const ir::Load*) override { is_pure = false; }
  void visit(const ir::Call* op) override {
    is_pure = is_pure && op->is_pure();
    ir::IRVisitor::visit(op);
  }
};

Uses uses_of(const Expr& expression) {
  Uses uses;
  expression.accept(&uses);
  return uses;
}

// uint32(x) < n, as Halide writes 0 <= x and x < n.
Expr with_signed_ranges(const Expr& condition) {
  class Signed : public ir::IRMutator {
    using ir::IRMutator::visit;
    Expr visit(const ir::LT* op) override {
      const auto* const cast = op->a.as<ir::Cast>();
      const auto limit = ir::as_const_uint(op->b);
      if (cast == nullptr || !limit || *limit > std::numeric_limits<std::int32_t>::max()) return IRMutator::visit(op);
      if (cast->type != Halide::UInt(32) || cast->value.type() != Halide::Int(32)) return IRMutator::visit(op);
      return cast->value >= 0 && cast->value < static_cast<std::int32_t>(*limit);
    }
  };
  return Signed().mutate(condition);
}

}  // namespace

// Writes the condition of one access.
class AccessSets::Writer {
 public:
  Writer(AccessSets& sets, const Access& access) : sets_(sets), access_(access) {}

  Condition write(std::size_t production, const std::string& thread) {
    const std::set<std::size_t> needed = needed_steps();
    const std::size_t around_producer = access_.is_store ? sets_.memory_.productions[production].size() : 0;
    for (std::size_t i = 0; i < access_.path.size(); ++i) {
      if (needed.contains(i)) add_step(access_.path[i], i < sets_.memory_.outside, i < around_producer);
    }
    parts_.emplace_back("e >= 0");  // the least is looked for, which an index that can't be told would not have
    add(relation("e", "=", access_.index), true);
    for (const int dimension : sets_.dimensions_) add_thread(dimension, thread);
    add_order(production);
    condition_.text = all_of(parts_);
    return std::move(condition_);
  }

 private:
  // All loops and conditions, and the values that these and the index name.
  std::set<std::size_t> needed_steps() const {
    std::set<std::size_t> needed;
    std::set<std::string> names = uses_of(access_.index).names;
    for (std::size_t i = access_.path.size(); i-- > 0;) {
      const Step& step = access_.path[i];
      const bool is_named = names.contains(step.name);
      if (step.kind == Step::Kind::let && !is_named) continue;
      // Conditions around the memory are the same for all accesses.
      if (step.kind == Step::Kind::guard && i < sets_.memory_.outside) continue;
      needed.insert(i);
      names.erase(step.name);
      names.merge(uses_of(step.value).names);
      if (step.extent.defined()) names.merge(uses_of(step.extent).names);
    }
    return needed;
  }

  // A condition around the producer is the same for all its stores, so that it need not be told; what can be told of it
  // keeps witnesses to where the Func is computed.
  void add_step(const Step& step, bool is_outside, bool is_around_producer) {
    if (step.kind == Step::Kind::guard) {
      return add(condition(step.value, is_around_producer), !is_around_producer);
    }
    const std::string name = fmt::format("{}{}", is_outside ? "p" : "v", step.id);
    if (step.kind == Step::Kind::let && step.value.type().is_bool()) {
      conditions_[step.name] = step.value;
      return;
    }
    if (step.kind == Step::Kind::loop) {
      add(relation(name, ">=", step.value), !is_outside);
      add(relation(name, "<=", step.value + step.extent - 1), !is_outside);
      if (!is_outside) condition_.loops[name] = step.name;
    } else {
      add(relation(name, "=", step.value), !is_outside);
    }
    names_[step.name] = name;
    if (is_outside) {
      sets_.parameters_.emplace(name, step.name);
      inner_.erase(step.name);
    } else {
      condition_.variables.push_back(name);
      inner_.insert(step.name);
    }
  }

  void add_thread(int dimension, const std::string& thread) {
    const std::string number = fmt::format("{}{}", thread, dimension);
    const Step* const loop = loop_of(access_, dimension);
    const auto known = sets_.threads_.find(dimension);
    const std::int64_t threads = known == sets_.threads_.end() ? most_threads : known->second;
    if (loop == nullptr) {
      add(runs_in_all_threads(access_, dimension) ? fmt::format("0 <= {} < {}", number, threads)
                                                  : fmt::format("{} = 0", number),
          true);
      return;
    }
    add(fmt::format("0 <= {} < {}", number, threads), true);
    add(relation(names_.at(loop->name), fmt::format("= {} +", number), loop->value), true);
  }

  // A production's iteration, or one that a load may read from: its own or an earlier one.
  void add_order(std::size_t production) {
    Texts equal, cases;
    const std::vector<const Step*> loops = sets_.repetitions(production);
    for (std::size_t n = 0; n < loops.size(); ++n) {
      const bool is_around = std::ranges::find(access_.path, loops[n]->id, &Step::id) != access_.path.end();
      if (!is_around) break;
      const std::string c = fmt::format("c{}", n), own = fmt::format("v{}", loops[n]->id);
      Texts less = equal;
      less.push_back(fmt::format("{} < {}", c, own));
      cases.push_back(all_of(less));
      equal.push_back(fmt::format("{} = {}", c, own));
    }
    if (equal.empty()) return;
    cases.push_back(all_of(equal));
    parts_.push_back(access_.is_store ? all_of(equal) : any_of(cases));
  }

  void add(const std::optional<std::string>& text, bool matters) {
    if (text) parts_.push_back(*text);
    condition_.is_exact = condition_.is_exact && (text || !matters);
  }

  bool is_invariant(const Expr& expression) const {
    const Uses uses = uses_of(expression);
    return uses.is_pure && std::ranges::none_of(uses.names, [&](const auto& name) { return inner_.contains(name); });
  }

  // The names with those that belong to no step: the kernel's arguments.
  Names all_names(const Expr& expression) {
    Names names = names_;
    for (const std::string& name : uses_of(expression).names) {
      if (!names.contains(name) && !inner_.contains(name))
        names[name] = sets_.parameter(ir::Variable::make(Halide::Int(32), name));
    }
    return names;
  }

  std::optional<std::string> relation(const std::string& left, const std::string& sign, const Expr& right) {
    const auto pieces = affine_pieces(right, all_names(right));
    if (!pieces) {
      if (!is_invariant(right)) return std::nullopt;
      return fmt::format("{} {} {}", left, sign, sets_.parameter(right));
    }
    Texts cases;
    for (const Piece& piece : *pieces) {
      cases.push_back(all_of({piece.condition, fmt::format("{} {} {}", left, sign, piece.value)}));
    }
    return any_of(cases);
  }

  // `in_part`: of several conditions that all have to hold, those that can be told may stand for all.
  std::optional<std::string> condition(Expr expression, bool in_part) {
    for (bool goes_on = true; goes_on;) {  // puts in the conditions that have names
      goes_on = false;
      for (const std::string& name : uses_of(expression).names) {
        const auto found = conditions_.find(name);
        if (found == conditions_.end()) continue;
        expression = ir::substitute(name, found->second, expression);
        goes_on = true;
      }
    }
    expression = with_signed_ranges(expression);
    const auto text = condition_text(expression, all_names(expression));
    if (text) return text;
    if (const auto* both = expression.as<ir::And>()) {
      const auto a = condition(both->a, in_part), b = condition(both->b, in_part);
      if (in_part && !(a && b)) return a ? a : b;
      return a && b ? std::optional(all_of({*a, *b})) : std::nullopt;
    }
    if (!is_invariant(expression)) return std::nullopt;
    const auto* negated = expression.as<ir::Not>();
    return negated != nullptr ? fmt::format("{} = 0", sets_.parameter(negated->a))
                              : fmt::format("{} = 1", sets_.parameter(expression));
  }

  AccessSets& sets_;
  const Access& access_;
  Names names_;                             // isl's by Halide's
  std::set<std::string> inner_;             // variables within the memory, by Halide's names
  std::map<std::string, Expr> conditions_;  // those that have names
  Texts parts_;
  Condition condition_;
};

std::string AccessSets::Condition::bound(const Texts& more) const {
  Texts all = variables;
  all.insert(all.end(), more.begin(), more.end());
  return all.empty() ? text : fmt::format("(exists ({} : {}))", fmt::join(all, ", "), text);
}

AccessSets::Condition AccessSets::describe(const Access& access, std::size_t production, const std::string& thread) {
  return Writer(*this, access).write(production, thread);
}

std::string AccessSets::set(const std::string& coordinates, const Texts& conditions) const {
  Texts names;
  for (const auto& [name, meaning] : parameters_) names.push_back(name);
  return fmt::format("[{}] -> {{ [{}] : {} }}", fmt::join(names, ", "), coordinates,
                     conditions.empty() ? "false" : fmt::format("{}", fmt::join(conditions, " or ")));
}

Texts AccessSets::thread_names(const std::string& thread) const {
  Texts names;
  for (const int dimension : dimensions_) names.push_back(fmt::format("{}{}", thread, dimension));
  return names;
}

std::string AccessSets::coordinates(std::size_t production, const std::string& thread) const {
  Texts names;
  for (std::size_t n = 0; n < repetitions(production).size(); ++n) names.push_back(fmt::format("c{}", n));
  names.emplace_back("e");
  for (const std::string& name : thread_names(thread)) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<const Step*> AccessSets::repetitions(std::size_t production) const {
  std::vector<const Step*> loops;
  const Path& path = memory_.productions[production];
  for (std::size_t i = memory_.outside; i < path.size(); ++i) {
    if (path[i].kind == Step::Kind::loop && path[i].dimension < 0) loops.push_back(&path[i]);
  }
  return loops;
}

std::string AccessSets::parameter(const Expr& expression) {
  std::ostringstream text;
  text << expression;
  const std::string name = invariants_.emplace(text.str(), fmt::format("q{}", invariants_.size())).first->second;
  parameters_.emplace(name, text.str());
  if (expression.as<ir::Variable>() == nullptr) opaque_.insert(name);
  return name;
}

bool runs_in_all_threads(const Access& access, int dimension) {
  return loop_of(access, dimension) == nullptr &&
         (dimension >= first_block_dimension || dimension < access.single_from);
}

}  // namespace nestwright::polyhedral
