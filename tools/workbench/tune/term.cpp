#include "tools/workbench/tune/term.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>
#include <utility>

namespace nestwright::tune {
namespace {

using Halide::Expr;
using Halide::Internal::Function;
using Kind = Term::Instruction::Kind;

std::uint64_t hash_of(const std::string& text) { return std::hash<std::string>()(text); }

// A number that depends on every bit of `value`: the finaliser of splitmix64 (Steele, Lea and Flood 2014, figure 16).
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

// Appends an expression's instructions to a term.
class Builder : public Halide::Internal::IRVisitor {
 public:
  Builder(Term& term, const FuncNames& funcs, std::map<std::string, int> meaning)
      : term_(term), funcs_(funcs), meaning_(std::move(meaning)) {}

  int append(const Expr& expression) {
    expression.accept(this);
    return last_;
  }

 protected:
  using IRVisitor::visit;
  void visit(const Halide::Internal::IntImm* op) override { constant(static_cast<std::uint64_t>(op->value)); }
  void visit(const Halide::Internal::UIntImm* op) override { constant(op->value); }
  void visit(const Halide::Internal::FloatImm* op) override { constant(std::bit_cast<std::uint64_t>(op->value)); }
  void visit(const Halide::Internal::Variable* op) override {
    const auto known = meaning_.find(op->name);
    if (known == meaning_.end()) return constant(hash_of(op->name));
    last_ = known->second;
  }
  void visit(const Halide::Internal::Add* op) override { binary(op, "+", Kind::add); }
  void visit(const Halide::Internal::Mul* op) override { binary(op, "*", Kind::multiply); }
  void visit(const Halide::Internal::Sub* op) override {
    if (op->type.is_float()) return binary(op, "-", Kind::other);
    const int a = append(op->a), b = append(op->b);
    constant(~std::uint64_t{0});
    instruction(Kind::multiply, op->type, "*", {b, last_});
    instruction(Kind::add, op->type, "+", {a, last_});
  }
  void visit(const Halide::Internal::Div* op) override { binary(op, "/", Kind::other); }
  void visit(const Halide::Internal::Mod* op) override { binary(op, "%", Kind::other); }
  void visit(const Halide::Internal::Min* op) override { binary(op, "min", Kind::other); }
  void visit(const Halide::Internal::Max* op) override { binary(op, "max", Kind::other); }
  void visit(const Halide::Internal::EQ* op) override { binary(op, "==", Kind::other); }
  void visit(const Halide::Internal::NE* op) override { binary(op, "!=", Kind::other); }
  void visit(const Halide::Internal::LT* op) override { binary(op, "<", Kind::other); }
  void visit(const Halide::Internal::LE* op) override { binary(op, "<=", Kind::other); }
  void visit(const Halide::Internal::GT* op) override { binary(op, ">", Kind::other); }
  void visit(const Halide::Internal::GE* op) override { binary(op, ">=", Kind::other); }
  void visit(const Halide::Internal::And* op) override { binary(op, "&&", Kind::other); }
  void visit(const Halide::Internal::Or* op) override { binary(op, "||", Kind::other); }
  void visit(const Halide::Internal::Not* op) override { instruction(Kind::other, op->type, "!", {append(op->a)}); }
  void visit(const Halide::Internal::Cast* op) override {
    instruction(Kind::other, op->type, "cast", {append(op->value)});
  }
  void visit(const Halide::Internal::Select* op) override {
    const int condition = append(op->condition), yes = append(op->true_value);
    instruction(Kind::other, op->type, "select", {condition, yes, append(op->false_value)});
  }
  void visit(const Halide::Internal::Let* op) override {
    meaning_[op->name] = append(op->value);
    last_ = append(op->body);
  }
  void visit(const Halide::Internal::Call* op) override {
    std::vector<int> operands;
    for (const Expr& argument : op->args) operands.push_back(append(argument));
    if (op->call_type != Halide::Internal::Call::Halide) {
      return instruction(Kind::other, op->type, op->name, std::move(operands));
    }
    const auto named = funcs_.find(op->name);
    const Function callee(op->func);
    if (named == funcs_.end() && !callee.has_update_definition()) {
      std::map<std::string, int> inner;
      for (std::size_t i = 0; i < callee.args().size(); ++i) inner[callee.args()[i]] = operands[i];
      last_ = Builder(term_, funcs_, std::move(inner))
                  .append(callee.values().at(static_cast<std::size_t>(op->value_index)));
      return;
    }
    load(named == funcs_.end() ? op->name : named->second, std::move(operands), op->value_index);
  }

 private:
  template <typename Operation>
  void binary(const Operation* op, const char* name, Kind of_integers) {
    const int a = append(op->a);
    instruction(op->type.is_float() ? Kind::other : of_integers, op->type, name, {a, append(op->b)});
  }

  void push(Term::Instruction added) {
    term_.instructions.push_back(std::move(added));
    last_ = static_cast<int>(term_.instructions.size()) - 1;
  }

  void constant(std::uint64_t value) { push({.kind = Kind::constant, .salt = value, .operands = {}}); }

  void load(const std::string& func, std::vector<int> operands, int value) {
    auto found = std::ranges::find(term_.loads, func);
    if (found == term_.loads.end()) found = term_.loads.insert(found, func);
    push({.kind = Kind::load,
          .salt = static_cast<std::uint64_t>(found - term_.loads.begin()),
          .operands = std::move(operands),
          .value = value});
  }

  // Adds an instruction. It is counted where it computes with loaded values or floating-point numbers; all others
  // compute addresses, and conditions that guard them.
  void instruction(Kind kind, const Halide::Type& type, const std::string& name, std::vector<int> operands) {
    const bool is_of_loads = std::ranges::any_of(operands, [this](int operand) {
      const Term::Instruction& source = term_.instructions[static_cast<std::size_t>(operand)];
      return source.kind == Kind::load || source.is_counted;
    });
    push({.kind = kind,
          .salt = hash_of(name),
          .operands = std::move(operands),
          .is_counted = is_of_loads || type.is_float()});
  }

  Term& term_;
  const FuncNames& funcs_;
  std::map<std::string, int> meaning_;  // from a variable to the instruction that gives its value
  int last_ = 0;
};

// Leaves a product that is added to the sum itself out of the count: both are one multiply-add.
void fuse_multiply_add(Term& term, int result, const std::string& sum) {
  const std::vector<int> operands = term.instructions[static_cast<std::size_t>(result)].operands;
  const auto is_sum = [&](int operand) {
    const Term::Instruction& source = term.instructions[static_cast<std::size_t>(operand)];
    return source.kind == Kind::load && term.loads[source.salt] == sum;
  };
  if (term.instructions[static_cast<std::size_t>(result)].salt != hash_of("+")) return;
  if (std::ranges::none_of(operands, is_sum)) return;
  for (const int operand : operands) {
    Term::Instruction& source = term.instructions[static_cast<std::size_t>(operand)];
    if (source.kind == Kind::other && source.salt == hash_of("*")) source.is_counted = false;
  }
}

// Gives every value of a tile a number: equal values have equal numbers, and others almost certainly different ones.
class Numbering {
 public:
  explicit Numbering(const std::map<std::string, const Term*>& inlined) : inlined_(inlined) {}

  // The number of the term's result `value` where its loops have these values.
  std::uint64_t number(const Term& term, const std::vector<std::uint64_t>& loops, int value = 0) {
    std::vector<std::uint64_t> numbers(term.instructions.size());
    for (std::size_t i = 0; i < term.instructions.size(); ++i) {
      const Term::Instruction& instruction = term.instructions[i];
      std::vector<std::uint64_t> operands;
      for (const int operand : instruction.operands) operands.push_back(numbers[static_cast<std::size_t>(operand)]);
      numbers[i] = number_of(term, instruction, operands, loops);
      if (instruction.is_counted) instructions_.push_back(numbers[i]);
    }
    return numbers[static_cast<std::size_t>(term.results.at(static_cast<std::size_t>(value)))];
  }

  TileCount count() {
    TileCount counted = {.instructions = distinct(instructions_), .loads = {}};
    for (auto& [func, numbers] : loads_) counted.loads[func] = distinct(numbers);
    return counted;
  }

 private:
  static double distinct(std::vector<std::uint64_t>& numbers) {
    std::ranges::sort(numbers);
    const auto repeated = std::ranges::unique(numbers);
    return static_cast<double>(repeated.begin() - numbers.begin());
  }

  std::uint64_t number_of(const Term& term, const Term::Instruction& instruction,
                          const std::vector<std::uint64_t>& operands, const std::vector<std::uint64_t>& loops) {
    std::uint64_t combined = mixed(instruction.salt);
    switch (instruction.kind) {
      case Kind::constant:
        return instruction.salt;
      case Kind::loop:
        return loops.at(instruction.salt);
      case Kind::add:
        return operands[0] + operands[1];
      case Kind::multiply:
        return operands[0] * operands[1];
      case Kind::load: {
        const std::string& func = term.loads[instruction.salt];
        const auto expanded = inlined_.find(func);
        if (expanded != inlined_.end()) return number(*expanded->second, operands, instruction.value);
        combined = mixed(hash_of(func) + static_cast<std::uint64_t>(instruction.value));
        break;
      }
      case Kind::other:
        break;
    }
    for (const std::uint64_t operand : operands) combined = mixed(combined * 31 + operand);
    if (instruction.kind == Kind::load) loads_[term.loads[instruction.salt]].push_back(combined);
    return combined;
  }

  const std::map<std::string, const Term*>& inlined_;
  std::vector<std::uint64_t> instructions_;
  std::map<std::string, std::vector<std::uint64_t>> loads_;
};

}  // namespace

Term term_of(const Function& function, const FuncNames& funcs,
             const std::vector<std::pair<std::string, std::string>>& loops) {
  Term term;
  std::map<std::string, int> meaning;
  for (const auto& [halide_name, name] : loops) {
    meaning[halide_name] = static_cast<int>(term.instructions.size());
    term.instructions.push_back({.kind = Kind::loop, .salt = term.loops.size(), .operands = {}});
    term.loops.push_back(name);
  }
  const auto& main = function.updates().empty() ? function.definition() : function.updates().front();
  const auto named = funcs.find(function.name());
  Builder builder(term, funcs, std::move(meaning));
  for (const Expr& value : main.values()) {
    term.results.push_back(builder.append(value));
    if (named != funcs.end()) fuse_multiply_add(term, term.results.back(), named->second);
  }
  return term;
}

TileCount count_of(const Term& term, const std::map<std::string, std::int64_t>& tile,
                   const std::map<std::string, const Term*>& inlined) {
  std::vector<std::uint64_t> base;
  std::vector<std::int64_t> extents, offsets(term.loops.size(), 0);
  for (const std::string& loop : term.loops) {
    base.push_back(mixed(hash_of(loop)));
    const auto extent = tile.find(loop);
    extents.push_back(extent == tile.end() ? 1 : extent->second);
  }
  std::vector<std::uint64_t> loops = base;
  const auto advance = [&] {
    for (std::size_t d = 0; d < offsets.size(); ++d) {
      offsets[d] = offsets[d] + 1 < extents[d] ? offsets[d] + 1 : 0;
      loops[d] = base[d] + static_cast<std::uint64_t>(offsets[d]);
      if (offsets[d] > 0) return true;
    }
    return false;
  };
  Numbering numbering(inlined);
  do numbering.number(term, loops);
  while (advance());
  return numbering.count();
}

}  // namespace nestwright::tune
