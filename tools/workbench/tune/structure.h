#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"
#include "tools/workbench/tune/term.h"

namespace nestwright::tune {

// A loop of a stage by the name that schedules use. `extent`: dynamic_extent where only a call knows it, or where it
// depends on how the stage is scheduled.
struct Loop {
  std::string name;
  std::int64_t extent = 0;
};

// What one dimension of a Func is read at: the loops of the reading stage that its index depends on.
struct Read {
  std::string func;                             // as schedules call it; "" where they can't name it
  std::vector<std::vector<std::string>> loops;  // a list a dimension, innermost first

  bool depends_on(const std::string& loop) const;
  // Whether consecutive iterations of `loop` read consecutive elements, or the same one.
  bool is_contiguous_in(const std::string& loop) const;
};

// A Func that is computed: a stage or an output.
struct StageStructure {
  std::string name;
  std::vector<Loop> pure;       // innermost first
  std::vector<Loop> reduction;  // of its first update, innermost first
  int updates = 0;
  std::vector<Read> reads;  // of its first update, if it has one, through Funcs that schedules can't name
  Term term;                // of the same
  bool is_output = false;

  const Loop* find(const std::string& loop) const;  // a pure loop, or null
  bool reads_from(const std::string& func) const;
};

// What a template needs to know of an algorithm at a shape.
struct Structure {
  std::string op;
  std::string algorithm;               // empty: the operator's default one
  std::vector<StageStructure> stages;  // producers before consumers; no inputs
  std::vector<StageStructure> inputs;  // name and pure loops only

  const StageStructure* find(const std::string& stage) const;  // or null
  // Whether `consumer` reads `producer`, itself or through other stages.
  bool depends_on(const StageStructure& consumer, const std::string& producer) const;
};

Structure structure_of(const BoundAlgorithm& bound);

}  // namespace nestwright::tune
