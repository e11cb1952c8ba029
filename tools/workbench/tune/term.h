#pragma once

#include <Halide.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nestwright::tune {

// What a stage computes for one of its elements, or, if it is a sum, for one term of an element: a list of
// instructions, each behind its operands.
struct Term {
  struct Instruction {
    enum class Kind { constant, loop, add, multiply, load, other };  // `add` and `multiply` of integers: exact
    Kind kind = Kind::other;
    // A constant's value, the index of a loop in `loops` or of a load's Func in `loads`, or a hash of the operation's
    // name.
    std::uint64_t salt = 0;
    std::vector<int> operands;  // indices of instructions; for a load, that of the index in each dimension
    int value = 0;              // of a load: which of the Func's values, counted from 0
    bool is_counted = false;    // false for addresses, and for the multiplication of a multiply-add
  };
  std::vector<Instruction> instructions;
  std::vector<int> results;        // indices of the instructions that give the stage's values
  std::vector<std::string> loops;  // the pure loops in the order of dimensions, then those of the reduction
  std::vector<std::string> loads;  // the names, in schedules, of the Funcs that are loaded
};

// From Halide's name of a Func to its name in schedules, for every Func that schedules can name.
using FuncNames = std::map<std::string, std::string>;

// The term of a Func's first update, or of its definition where it has none. What Funcs without a name in `funcs`
// compute is part of it. `loops`: Halide's name of each loop and its name in schedules, in the order of Term::loops.
Term term_of(const Halide::Internal::Function& function, const FuncNames& funcs,
             const std::vector<std::pair<std::string, std::string>>& loops);

// What computing a tile takes, with each value counted once, however many of the tile's elements use it.
struct TileCount {
  double instructions = 0.0;
  std::map<std::string, double> loads;  // how many different elements of each Func are loaded
};

// Counts the instructions and loads of a tile by value numbering (Cocke and Schwartz 1970, Programming Languages and
// Their Compilers, ch. 6): every loop has a random value at the tile's beginning, integers are computed exactly, and
// results with equal numbers are one value. `tile`: the extents of the loops within the tile; a loop that is not in it
// has 1. `inlined`: the terms of the Funcs that are computed where they are read.
TileCount count_of(const Term& term, const std::map<std::string, std::int64_t>& tile,
                   const std::map<std::string, const Term*>& inlined);

}  // namespace nestwright::tune
