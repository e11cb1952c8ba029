#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/registers.h"
#include "tools/workbench/tune/space.h"
#include "tools/workbench/tune/structure.h"

namespace nestwright::tune::tiled {

// The stages by their part in a tiled schedule.
struct Roles {
  const StageStructure* output = nullptr;
  const StageStructure* sum = nullptr;           // the one that costs most; null where nothing is added up
  std::vector<const StageStructure*> consumers;  // between the sum and the output, or beside it
  std::vector<const StageStructure*> producers;  // of the sum, or of the output where there is no sum
};

// Nothing where an accumulator tile does not fit the algorithm.
std::optional<Roles> roles_of(const Structure& structure);

// What runs in vectors.
struct VectorLoop {
  enum class Kind {
    none,
    shared,     // a loop of the output, and of the sum
    sum_only,   // a loop that the sum has and the output has not: lanes of partial sums
    reduction,  // a reduction's loop, added up across the vector
    fused,      // the output's two innermost loops as one
  };
  Kind kind = Kind::none;
  std::string loop;
  int size = 0;
  bool is_split = false;  // `size` iterations of a longer loop
};

// A point's choices in terms of loops.
struct Choices {
  VectorLoop vector;
  std::map<std::string, int> tile;            // of the output's loops, 1 where a loop is not tiled
  std::vector<std::string> outer;             // loops outside the tile, innermost first
  std::vector<std::string> reduction;         // the sum's loops, innermost first
  int unrolled = 0;                           // how many of these, from the innermost, are written out
  std::string inside;                         // "tile", "tile reversed" or "taps": what the sum's innermost loops are
  std::string sum_at;                         // "tile" or "element"
  std::map<std::string, std::string> placed;  // producers: "inline", "root", "tile", "outer", "... unrolled"
  std::map<std::string, bool> is_transposed;  // inputs
};

std::vector<Axis> axes_of(const Structure& structure, const Roles& roles, const Registers& registers);
Choices choices_of(const Roles& roles, const Registers& registers, const std::vector<Axis>& axes, const Point& point);

// Whether the choices fit each other, the registers, and a sensible number of instructions.
bool is_sensible(const Roles& roles, const Choices& choices, const Registers& registers);
std::string statements_of(const Structure& structure, const Roles& roles, const Choices& choices);
double guess_of(const Roles& roles, const Choices& choices, const Registers& registers);

// Elements of the sum that a tile holds for each element of its vector: the tile's, times the windows that the stages
// after the sum look through.
std::int64_t accumulators_of(const Roles& roles, const Choices& choices);
// What a term of each of these sums takes, values that several use once.
TileCount count_of_tile(const Roles& roles, const Choices& choices);

}  // namespace nestwright::tune::tiled
