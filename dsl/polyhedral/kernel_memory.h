#pragma once

#include <Halide.h>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace nestwright::polyhedral {

// What stands around an access to memory: a loop, a named value, or a condition.
struct Step {
  enum class Kind { loop, let, guard };
  Kind kind = Kind::loop;
  int id = 0;                // no two steps of a statement have the same
  std::string name = {};     // of a loop's variable, or of a value
  Halide::Expr value;        // a loop's first iteration, a named value, or a condition
  Halide::Expr extent = {};  // of a loop
  // Of a loop over a GPU's threads, how Halide numbers its dimension: 0 (x) for an innermost one, 1 (y) for one around
  // such loops, and so on; from first_block_dimension on for loops over blocks. -1: one thread runs the loop.
  int dimension = -1;
};
inline constexpr int first_block_dimension = 3;
using Path = std::vector<Step>;  // the outermost first

// One element that one statement loads or stores.
struct Access {
  bool is_store = false;
  Halide::Expr index;
  Path path = {};
  // A statement outside of all loops over threads of dimension d runs in one of d's threads, the first, where
  // d >= single_from, and in all of them else.
  int single_from = std::numeric_limits<int>::max();
  std::optional<std::size_t> production = {};  // which of the memory's productions it is in
};

// Memory of which each of a GPU's threads has its own, and which lies outside of a loop over threads, so that several
// threads may write and read what the schedule takes for one element.
struct PrivateMemory {
  std::string name;  // Halide's: a Func's, or that of one of its Tuple's values
  std::string func;
  Halide::MemoryType type = Halide::MemoryType::Auto;
  std::size_t outside = 0;             // how many steps of each path stand around the memory itself
  std::vector<Path> productions = {};  // where its Func is computed
  std::vector<Access> accesses = {};
};

// All such memory in a statement of lower_unfused(). What is private is what Halide 21 makes so: Register and Stack
// everywhere in a kernel, and everything that is allocated inside a loop over threads.
std::vector<PrivateMemory> private_memories(const Halide::Internal::Stmt& statement);

}  // namespace nestwright::polyhedral
