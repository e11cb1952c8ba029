#pragma once

#include <Halide.h>

#include <optional>
#include <string>
#include <vector>

#include "tools/workbench/tune/registers.h"
#include "tools/workbench/tune/space.h"
#include "tools/workbench/tune/structure.h"

namespace nestwright::tune {

// A family of schedules for an algorithm, which is made from its structure: the decisions, and the .nest text of each
// point.
struct Template {
  std::string name;
  Structure structure;
  Registers registers;
  std::vector<Axis> axes;
  Point start;  // which is tried first

  // The schedule's text; nothing where the choices contradict each other, or need far more registers or unrolled
  // instructions than make sense.
  std::optional<std::string> text(const Point& point) const;
  // A guess of the time of a point's schedule. Its unit is the time of one multiply-add instruction for each element
  // and term of the sum.
  double guess(const Point& point) const;
};

// Every template that fits the algorithm, at least one.
//   tiled:     an accumulator tile in registers: loops of the output are split, the sum over a tile is computed inside,
//              vectorized along one loop and unrolled along the tile's (the register blocking of Goto and van de Geijn
//              2008, section 4; with vectors along images as docs/architecture.md has them). Without a sum: the output
//              is vectorized and unrolled.
//   lane-wise: several sums that need each other (softmax), each computed once a block, vectorized along images.
std::vector<Template> templates_for(const Structure& structure, const Halide::Target& target);

}  // namespace nestwright::tune
