#pragma once

#include <Halide.h>

#include "ops/algorithm/stage.h"
#include "ops/signature/shape.h"

// How algorithms are written down: Halide's words, and the loops' variables, which schedules know by these names. For
// .cpp files alone.
namespace nestwright::ops {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;
using Halide::Var;

// An image of a block, its pixel, its block, and an image of a batch that is not in blocks.
inline const Var lane("lane"), x("x"), y("y"), b("b"), image("image");
// A channel or class; an input's and an output's channel; a tap of a convolution.
inline const Var c("c"), ci("ci"), co("co"), kx("kx"), ky("ky");
// An input's feature, or a parameter; an output's feature; a place among values of several kinds.
inline const Var i("i"), o("o"), slot("slot");

// A parameter of the shape, for arithmetic with Exprs. Throws Error where the shape has none of that name.
inline int extent(const Shape& shape, const char* name) { return static_cast<int>(shape.at(name)); }

// The outermost extent of an input: its number of blocks, images or groups. Throws std::out_of_range where there is no
// such input.
inline Expr outermost_extent(const Inputs& inputs, const std::string& name) { return inputs.at(name).extents.back(); }

}  // namespace nestwright::ops
