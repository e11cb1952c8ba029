#pragma once

#include <Halide.h>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

// What algorithms are written with: Halide's types, and the variables of the loops, by whose names schedules know them.
// No header may include this one: it is for .cpp files alone.
namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;
using Halide::Var;

// lane: an image of a block; x, y: a pixel; b: a block; image: an image of a batch that is not in blocks.
inline const Var lane("lane"), x("x"), y("y"), b("b"), image("image");
// c: a channel or class; ci, co: a channel of an input, of an output; kx, ky: a tap of a convolution's kernel.
inline const Var c("c"), ci("ci"), co("co"), kx("kx"), ky("ky");
// i: a feature of an input, or a parameter of a network; o: a feature of an output; slot: a place in Packed values.
inline const Var i("i"), o("o"), slot("slot");

// The shape's parameter `name` as an int, which Exprs can be combined with. Throws Error if the shape has none of that
// name.
inline int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

// The outermost extent of the input `name`: its number of blocks, images or groups. Throws std::out_of_range if there
// is no such input.
inline Expr outermost_extent(const Inputs& inputs, const std::string& name) { return inputs.at(name).extents.back(); }

}  // namespace nestwright::ops
