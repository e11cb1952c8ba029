#include "tools/workbench/cost/symbolic.h"

#include <algorithm>
#include <set>

namespace nestwright::cost {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  if (b == 0) return 0;
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t combine(Operation operation, std::int64_t a, std::int64_t b) {
  switch (operation) {
    case Operation::multiply:
      return a * b;
    case Operation::divide:
      return floor_divide(a, b);
    case Operation::modulo:
      return b == 0 ? 0 : a - b * floor_divide(a, b);
    case Operation::minimum:
      return std::min(a, b);
    case Operation::maximum:
      return std::max(a, b);
    case Operation::equal:
      return a == b ? 1 : 0;
    case Operation::less:
      return a < b ? 1 : 0;
    case Operation::both:
      return a != 0 && b != 0 ? 1 : 0;
    case Operation::either:
      return a != 0 || b != 0 ? 1 : 0;
    case Operation::select:
      break;
  }
  return 0;
}

Linear add_scaled(const Linear& a, const Linear& b, std::int64_t factor) {
  Linear sum = {.constant = a.constant + factor * b.constant};
  auto left = a.terms.begin();
  auto right = b.terms.begin();
  while (left != a.terms.end() || right != b.terms.end()) {
    if (right == b.terms.end() || (left != a.terms.end() && left->first < right->first)) {
      sum.terms.push_back(*left++);
    } else if (left == a.terms.end() || right->first < left->first) {
      sum.terms.emplace_back(right->first, factor * right->second);
      ++right;
    } else {
      const std::int64_t coefficient = left->second + factor * right->second;
      if (coefficient != 0) sum.terms.emplace_back(left->first, coefficient);
      ++left;
      ++right;
    }
  }
  std::erase_if(sum.terms, [](const auto& term) { return term.second == 0; });
  return sum;
}

}  // namespace

Linear operator+(const Linear& a, const Linear& b) { return add_scaled(a, b, 1); }
Linear operator-(const Linear& a, const Linear& b) { return add_scaled(a, b, -1); }
Linear operator*(const Linear& a, std::int64_t factor) { return add_scaled({}, a, factor); }

int SymbolTable::add(Definition definition) {
  std::set<int> loops;
  for (const Linear& operand : definition.operands) {
    for (const auto& [symbol, coefficient] : operand.terms) {
      const Definition& used = definitions_[static_cast<std::size_t>(symbol)];
      if (used.is_computed) {
        loops.insert(used.loops.begin(), used.loops.end());
      } else {
        loops.insert(symbol);
      }
    }
  }
  definition.loops.assign(loops.begin(), loops.end());
  values_.push_back(0);
  moments_.push_back(0);
  definitions_.push_back(std::move(definition));
  return static_cast<int>(values_.size()) - 1;
}

int SymbolTable::add_loop() { return add({}); }

Linear SymbolTable::unknown() {
  if (unknown_ < 0) unknown_ = add({});
  return {.constant = 0, .terms = {{unknown_, 1}}};
}

Linear SymbolTable::apply(Operation operation, const std::vector<Linear>& operands) {
  if (operation == Operation::select && operands[0].is_constant()) return operands[operands[0].constant != 0 ? 1 : 2];
  const Linear& a = operands[0];
  const Linear& b = operands[1];
  if (operation == Operation::multiply && a.is_constant()) return b * a.constant;
  if (operation == Operation::multiply && b.is_constant()) return a * b.constant;
  if (operation != Operation::select && a.is_constant() && b.is_constant()) {
    return {.constant = combine(operation, a.constant, b.constant)};
  }
  const auto [entry, is_new] = interned_.try_emplace({operation, operands}, 0);
  if (is_new) entry->second = add({.is_computed = true, .operation = operation, .operands = operands});
  return {.constant = 0, .terms = {{entry->second, 1}}};
}

std::int64_t SymbolTable::compute(const Definition& definition) const {
  const std::vector<Linear>& operands = definition.operands;
  if (definition.operation == Operation::select) return evaluate(operands[evaluate(operands[0]) != 0 ? 1 : 2]);
  return combine(definition.operation, evaluate(operands[0]), evaluate(operands[1]));
}

bool SymbolTable::depends_on(const Linear& linear, int loop) const {
  return std::ranges::any_of(linear.terms, [&](const auto& term) {
    const Definition& definition = definitions_[static_cast<std::size_t>(term.first)];
    if (!definition.is_computed) return term.first == loop;
    return std::ranges::binary_search(definition.loops, loop);
  });
}

bool SymbolTable::is_known(const Linear& linear) const { return unknown_ < 0 || !depends_on(linear, unknown_); }

}  // namespace nestwright::cost
