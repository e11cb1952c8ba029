#pragma once

#include <Halide.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nestwright::tune {

// What a stage computes for one of its elements (of a sum: for one term of it), as instructions, operands first.
struct Term {
  struct Instruction {
    enum class Kind { constant, loop, add, multiply, load, other };  // `add` and `multiply` of integers: exact
    Kind kind = Kind::other;
    std::uint64_t salt = 0;     // the constant's value, the loop's or the load's index, or which instruction it is
    std::vector<int> operands;  // instructions; of a load one index a dimension
    int value = 0;              // of a load: which of the Func's values
    bool is_counted = false;    // not an address, nor the multiplication of a multiply-add
  };
  std::vector<Instruction> instructions;
  std::vector<int> results;
  std::vector<std::string> loops;  // pure ones by dimension, then the reduction's
  std::vector<std::string> loads;  // Funcs, as schedules call them
};

// The Func of each Halide name that schedules know, by what they call it.
using FuncNames = std::map<std::string, std::string>;

// The term of a Func's first update, or of its definition where it has none; Funcs without a name are part of it.
// `loops`: Halide's names of the loops and those that schedules use, in the order of Term::loops.
Term term_of(const Halide::Internal::Function& function, const FuncNames& funcs,
             const std::vector<std::pair<std::string, std::string>>& loops);

// What computing a tile takes: each value once, however many of the tile's elements use it.
struct TileCount {
  double instructions = 0.0;
  std::map<std::string, double> loads;  // different elements of each Func
};

// Counts by value numbering (Cocke and Schwartz 1970, Programming Languages and Their Compilers, ch. 6): every loop has
// a random value outside the tile, integers are computed exactly, and equal numbers are one value. `tile`: the extents
// of the loops within the tile, 1 where it says none. `inlined`: the terms of the Funcs that are computed where they
// are read.
TileCount count_of(const Term& term, const std::map<std::string, std::int64_t>& tile,
                   const std::map<std::string, const Term*>& inlined);

}  // namespace nestwright::tune
