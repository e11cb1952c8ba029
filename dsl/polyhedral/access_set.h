#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dsl/polyhedral/affine_text.h"
#include "dsl/polyhedral/kernel_memory.h"

namespace nestwright::polyhedral {

// The accesses to a private memory in isl's notation. What stands outside of the memory is the same for all of them:
// its loops and values are parameters, as is what is no affine expression but depends on parameters alone.
class AccessSets {
 public:
  // `dimensions`: of the loops over threads (and blocks) that matter. `threads`: how many a group has at most in those
  // for which it says so.
  AccessSets(const PrivateMemory& memory, std::vector<int> dimensions, std::map<int, std::int64_t> threads = {})
      : memory_(memory), dimensions_(std::move(dimensions)), threads_(std::move(threads)) {}

  // What is to be true of an access (a condition with its variables bound by `exists`), of
  // - c0, c1, ...: the iteration of the loops between the memory and the production;
  // - e: the element;
  // - the threads' numbers in each dimension: t0, t1, ... or w0, w1, ... (`thread`).
  struct Condition {
    std::string text;
    std::vector<std::string> variables;        // of the loops and values within the memory, which `text` leaves free
    std::map<std::string, std::string> loops;  // of those variables that are loops', Halide's names
    bool is_exact = true;                      // else it is true of too many accesses

    // The text with its variables, and those of `more`, bound.
    std::string bound(const std::vector<std::string>& more = {}) const;
  };
  // A store in production `production`, or a load in it or in a later one.
  Condition describe(const Access& access, std::size_t production, const std::string& thread);

  // "[p1, p4] -> { [c0, e, t0] : ... }": where one of the conditions holds.
  std::string set(const std::string& coordinates, const std::vector<std::string>& conditions) const;

  // "c0, e, t0" for a production.
  std::string coordinates(std::size_t production, const std::string& thread) const;
  std::vector<std::string> thread_names(const std::string& thread) const;
  const std::vector<int>& dimensions() const { return dimensions_; }

  // What a parameter stands for: Halide's name of a loop's variable or of a value, or an expression.
  const std::string& meaning(const std::string& parameter) const { return parameters_.at(parameter); }

  // Whether it stands for an expression of other parameters, whose value nothing ties to theirs.
  bool is_opaque(const std::string& parameter) const { return opaque_.contains(parameter); }

  // The steps of a production that are serial loops between the memory and it.
  std::vector<const Step*> repetitions(std::size_t production) const;

 private:
  class Writer;

  std::string parameter(const Halide::Expr& expression);

  const PrivateMemory& memory_;
  std::vector<int> dimensions_;
  std::map<int, std::int64_t> threads_;
  std::map<std::string, std::string> invariants_;  // isl's names of expressions, by their text
  std::map<std::string, std::string> parameters_;  // what each stands for
  std::set<std::string> opaque_;                   // those that stand for expressions
};

// Whether the access stands in no loop over threads of this dimension, and runs in all of its threads.
bool runs_in_all_threads(const Access& access, int dimension);

}  // namespace nestwright::polyhedral
