#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "tools/workbench/cost/symbolic.h"

namespace nestwright::cost {

// Translates integer expressions of a lowered statement into Linear.
class IndexReader {
 public:
  explicit IndexReader(SymbolTable& symbols) : symbols_(&symbols) {}

  // Sets the value of a scalar variable: of a loop, of a buffer's field (such as "input.extent.4"), or of a let.
  void bind(const std::string& name, const Linear& value) { scalars_[name] = value; }
  // Sets the value of a vector variable, which is that of a let.
  void bind_vector(const std::string& name, const Halide::Expr& value) { vectors_[name] = value; }

  // The value of the expression in a lane, counted from 0; for a scalar, its value. It is SymbolTable::unknown() where
  // it depends on data.
  Linear at_lane(const Halide::Expr& expr, int lane);

 private:
  Linear of_variable(const std::string& name, int lane);
  Linear of_call(const Halide::Internal::Call& call, int lane);
  Linear of_shuffle(const Halide::Internal::Shuffle& shuffle, int lane);
  Linear of_comparison(const Halide::Expr& expr, int lane);
  Linear of_arithmetic(const Halide::Expr& expr, int lane);

  SymbolTable* symbols_;
  std::map<std::string, Linear> scalars_;
  std::map<std::string, Halide::Expr> vectors_;
};

}  // namespace nestwright::cost
