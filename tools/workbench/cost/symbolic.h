#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace nestwright::cost {

// constant + the sum of coefficient * symbol: an index, a loop's bound or a condition of a scheduled loop nest. A
// symbol is a loop's variable, or stands for what is not affine (SymbolTable::apply). The canonical form, in which
// equal values of the same symbols are equal: symbols ascend, coefficients are not 0.
struct Linear {
  std::int64_t constant = 0;
  std::vector<std::pair<int, std::int64_t>> terms = {};

  bool is_constant() const { return terms.empty(); }
  friend auto operator<=>(const Linear&, const Linear&) = default;
  friend bool operator==(const Linear&, const Linear&) = default;
};

Linear operator+(const Linear& a, const Linear& b);
Linear operator-(const Linear& a, const Linear& b);
Linear operator*(const Linear& a, std::int64_t factor);

// What is not affine. Division and remainder are Halide's: rounded towards minus infinity, x / 0 = x % 0 = 0.
enum class Operation { multiply, divide, modulo, minimum, maximum, equal, less, both, either, select };

// The symbols of a loop nest, and their values while it is walked. `unknown` depends on data.
class SymbolTable {
 public:
  int add_loop();
  // What only the data decide. Evaluates as 0: the first of what it chooses from.
  Linear unknown();
  // The operation on its operands (a, b; select: condition, then, else): folded where all are constant, otherwise a
  // symbol, the same for the same operands.
  Linear apply(Operation operation, const std::vector<Linear>& operands);

  void set(int loop, std::int64_t value) { values_[static_cast<std::size_t>(loop)] = value; }
  std::int64_t evaluate(const Linear& linear) const {
    std::int64_t sum = linear.constant;
    for (const auto& [symbol, coefficient] : linear.terms) sum += coefficient * value(symbol);
    return sum;
  }
  // Whether the value depends on the loop's variable, or on data where `loop` is the unknown's symbol.
  bool depends_on(const Linear& linear, int loop) const;
  bool is_known(const Linear& linear) const;

 private:
  struct Definition {
    bool is_computed = false;
    Operation operation = Operation::multiply;
    std::vector<Linear> operands = {};
  };
  std::int64_t value(int symbol) const {
    const auto index = static_cast<std::size_t>(symbol);
    return definitions_[index].is_computed ? compute(definitions_[index]) : values_[index];
  }
  std::int64_t compute(const Definition& definition) const;
  int add(Definition definition);

  std::vector<std::int64_t> values_;
  std::vector<Definition> definitions_;
  std::map<std::pair<Operation, std::vector<Linear>>, int> interned_;
  int unknown_ = -1;
};

}  // namespace nestwright::cost
