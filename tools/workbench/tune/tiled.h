#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/registers.h"
#include "tools/workbench/tune/space.h"
#include "tools/workbench/tune/structure.h"

namespace nestwright::tune::tiled {

// The part that each stage plays in a tiled schedule.
struct Roles {
  const StageStructure* output = nullptr;
  const StageStructure* sum = nullptr;           // the reduction with most iterations; null where nothing is added up
  std::vector<const StageStructure*> consumers;  // stages between the sum and the output, or beside the sum
  std::vector<const StageStructure*> producers;  // stages that the sum reads, or, where there is no sum, the output
};

// The roles of the stages; nothing where an accumulator tile does not fit the algorithm.
std::optional<Roles> roles_of(const Structure& structure);

// The loop that runs in vectors.
struct VectorLoop {
  enum class Kind {
    none,
    shared,     // a loop that the output and the sum have
    sum_only,   // a loop that the sum has and the output has not: its vectors are partial sums, added up later
    reduction,  // a loop of the sum's reduction, whose vectors are added up at once
    fused,      // the output's two innermost loops, fused into one
  };
  Kind kind = Kind::none;
  std::string loop;
  int size = 0;           // numbers in a vector
  bool is_split = false;  // whether the loop is longer than a vector, so that it is split
};

// The choices of a point, in terms of loops.
struct Choices {
  VectorLoop vector;
  std::map<std::string, int> tile;     // the tile's iterations of each loop of the output; 1 where a loop is not tiled
  std::vector<std::string> outer;      // loops outside the tile, innermost first
  std::vector<std::string> reduction;  // the sum's loops, innermost first
  int unrolled = 0;                    // how many loops of `reduction`, from the innermost on, are unrolled
  std::string inside;                  // which loops of the sum are innermost: "tile", "tile reversed" or "taps"
  std::string sum_at;                  // where the sum is computed: for a "tile", or for each "element" of it
  // Where each producer is computed: "inline", "root", "tile", "outer", "tile unrolled" or "outer unrolled".
  std::map<std::string, std::string> placed;
  std::map<std::string, bool> is_transposed;  // whether each input is copied so that the vector's loop is contiguous
};

// The decisions that a tiled schedule leaves open.
std::vector<Axis> axes_of(const Structure& structure, const Roles& roles, const Registers& registers);
// The choices that `point` makes on these axes.
Choices choices_of(const Roles& roles, const Registers& registers, const std::vector<Axis>& axes, const Point& point);

// Whether the choices fit each other and the registers, take a sensible number of instructions, and are not the same as
// others.
bool is_sensible(const Roles& roles, const Choices& choices, const Registers& registers);
// The statements of the .nest text for these choices.
std::string statements_of(const Structure& structure, const Roles& roles, const Choices& choices);
// A guess of the time, as Template::guess() has it.
double guess_of(const Roles& roles, const Choices& choices, const Registers& registers);

// How many vectors' worth of sums a tile holds: the tile's elements other than those of the vector, times the elements
// of the sum that the stages after it read for each of theirs.
std::int64_t accumulators_of(const Roles& roles, const Choices& choices);
// What adding one term to each of these sums takes; values that several terms use count once.
TileCount count_of_tile(const Roles& roles, const Choices& choices);

}  // namespace nestwright::tune::tiled
