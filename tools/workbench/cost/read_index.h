#pragma once

#include <Halide.h>

#include <map>
#include <string>

#include "tools/workbench/cost/symbolic.h"

namespace nestwright::cost {

// Integer expressions of a lowered statement as Linear.
class IndexReader {
 public:
  explicit IndexReader(SymbolTable& symbols) : symbols_(&symbols) {}

  // What a variable stands for: a loop's, a buffer's field ("input.extent.4"), a let's.
  void bind(const std::string& name, const Linear& value) { scalars_[name] = value; }
  void bind_vector(const std::string& name, const Halide::Expr& value) { vectors_[name] = value; }

  // The value in a vector's lane; of a scalar the value itself. What data decide is unknown().
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
