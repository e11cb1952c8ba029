#pragma once

#include <Halide.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nestwright::polyhedral {

// A variable of an update's iteration domain.
struct Variable {
  std::string name;  // Halide's
  bool is_reduction = false;
  // Whether it is a pure variable that stands, alone, at the same index of every access of the Func: two iterations
  // that touch the same element then have the same value of it.
  bool separates = false;
  bool is_placed = true;  // whether its first value is known
  std::int64_t least = 0;
  std::optional<std::int64_t> extent = {};  // nothing where only the call, or bounds inference, gives it
};

// What happens to a result when the iterations that update an element run in another order.
enum class Reordering {
  changes_it,        // the update is not associative and commutative
  changes_rounding,  // it is, but for rounding: sums and products of floating-point numbers
  changes_nothing,   // it is both, exactly: sums of integers, minima, maxima
};

// An update of a Func: its iterations in the algorithm's order (reduction variables lexicographically, the last
// outermost; pure variables in no order), and what each writes and reads of the Func itself.
struct StageModel {
  std::string func;                              // Halide's name
  std::vector<Variable> variables;               // pure ones, then reduction variables, the innermost first
  std::vector<Halide::Expr> conditions;          // an iteration is one of the domain only where all of them hold
  std::vector<Halide::Expr> write;               // the element that an iteration writes
  std::vector<std::vector<Halide::Expr>> reads;  // elements of the Func itself that it reads
  Reordering reordering = Reordering::changes_it;
};

// The model of an update's definition (its own, or one of its specializations') in `function`.
StageModel model_stage(const Halide::Internal::Function& function, const Halide::Internal::Definition& definition);

}  // namespace nestwright::polyhedral
