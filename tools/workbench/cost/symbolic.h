#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace nestwright::cost {

// constant + the sum of coefficient * symbol: an index, a loop's bound or a condition of a scheduled loop nest. A
// symbol is a loop's variable, or stands for an expression that is not affine (SymbolTable::apply). Symbols ascend and
// coefficients are not 0, so that two expressions are equal exactly where their members are.
struct Linear {
  std::int64_t constant = 0;
  std::vector<std::pair<int, std::int64_t>> terms = {};  // a symbol and its coefficient

  bool is_constant() const { return terms.empty(); }
  friend auto operator<=>(const Linear&, const Linear&) = default;
  friend bool operator==(const Linear&, const Linear&) = default;
};

Linear operator+(const Linear& a, const Linear& b);
Linear operator-(const Linear& a, const Linear& b);
Linear operator*(const Linear& a, std::int64_t factor);

// Operations whose results are not affine. Division and remainder are Halide's: they round towards minus infinity, and
// x / 0 = x % 0 = 0. Conditions are 0 or 1; `both` and `either` are the logical and and or.
enum class Operation { multiply, divide, modulo, minimum, maximum, equal, less, both, either, select };

// The symbols of a loop nest, and their values while the nest is walked.
class SymbolTable {
 public:
  // A new symbol for a loop's variable.
  int add_loop();
  // The symbol that stands for every value that depends on data. It evaluates as 0, which is the first choice where
  // such a value chooses.
  Linear unknown();
  // The result of the operation on its operands, which are a and b, or for `select` the condition and the values where
  // it is true and false. It is a constant where all operands are, otherwise a symbol, which is the same for equal
  // operands.
  Linear apply(Operation operation, const std::vector<Linear>& operands);

  // Sets the value of a loop's variable.
  void set(int loop, std::int64_t value) {
    values_[static_cast<std::size_t>(loop)] = value;
    ++moment_;
  }
  // The value that the expression has with the loops' present values.
  std::int64_t evaluate(const Linear& linear) const {
    std::int64_t sum = linear.constant;
    for (const auto& [symbol, coefficient] : linear.terms) sum += coefficient * value(symbol);
    return sum;
  }
  // Whether the value depends on the variable with the symbol `loop`; with unknown()'s symbol, whether it depends on
  // data.
  bool depends_on(const Linear& linear, int loop) const;
  // Whether the value does not depend on data.
  bool is_known(const Linear& linear) const;

 private:
  struct Definition {
    bool is_computed = false;
    Operation operation = Operation::multiply;
    std::vector<Linear> operands = {};
    std::vector<int> loops = {};  // the symbols of loops and of data that it depends on, in order
  };
  std::int64_t value(int symbol) const {
    const auto index = static_cast<std::size_t>(symbol);
    if (definitions_[index].is_computed && moments_[index] != moment_) {
      values_[index] = compute(definitions_[index]);
      moments_[index] = moment_;
    }
    return values_[index];
  }
  std::int64_t compute(const Definition& definition) const;
  int add(Definition definition);

  // A computed symbol's value is that of `moments_`, and kept until a loop's changes: others are computed from it, and
  // each of them twice would double the work with every fused loop.
  mutable std::vector<std::int64_t> values_;
  mutable std::vector<std::uint64_t> moments_;
  std::uint64_t moment_ = 1;
  std::vector<Definition> definitions_;
  std::map<std::pair<Operation, std::vector<Linear>>, int> interned_;
  int unknown_ = -1;
};

}  // namespace nestwright::cost
