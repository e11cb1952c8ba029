#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"
#include "tools/workbench/tune/term.h"

namespace nestwright::tune {

// A loop of a stage.
struct Loop {
  std::string name;         // in schedules
  std::int64_t extent = 0;  // iterations; dynamic_extent where a call or the schedule of the stage decides
};

// A read of a Func's element by a stage.
struct Read {
  std::string func;  // its name in schedules; "" where they can't name it
  // For each dimension of the Func, innermost first, the loops of the reading stage on which its index depends.
  std::vector<std::vector<std::string>> loops;

  bool depends_on(const std::string& loop) const;
  // Whether consecutive iterations of `loop` read consecutive elements, or the same one.
  bool is_contiguous_in(const std::string& loop) const;
};

// A Func that is computed: a stage or an output.
struct StageStructure {
  std::string name;
  std::vector<Loop> pure;       // innermost first
  std::vector<Loop> reduction;  // of its first update, innermost first
  int updates = 0;              // how many it has
  // The reads of its first update, or of its definition where it has none. A Func that schedules can't name is replaced
  // by what it reads.
  std::vector<Read> reads;
  Term term;  // of its first update, or of its definition where it has none
  bool is_output = false;

  const Loop* find(const std::string& loop) const;  // the pure loop of this name, or null
  bool reads_from(const std::string& func) const;
};

// What a template needs to know of an algorithm that is bound to a shape.
struct Structure {
  std::string op;
  std::string algorithm;               // empty: the operator's default one
  std::vector<StageStructure> stages;  // producers before consumers; no inputs
  std::vector<StageStructure> inputs;  // with names and pure loops only

  const StageStructure* find(const std::string& stage) const;  // null where there is none
  // Whether `consumer` reads the stage `producer`, directly or through other stages.
  bool depends_on(const StageStructure& consumer, const std::string& producer) const;
};

Structure structure_of(const BoundAlgorithm& bound);

}  // namespace nestwright::tune
