#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "ops/signature/signature.h"

namespace nestwright::ops {

// An input of an operator: a Func over the signature's dimensions, and their extents (symbolic where dynamic).
// A scalar input is a Func without dimensions: `learning_rate.func()`.
struct Tensor {
  Halide::Func func;
  std::vector<Halide::Expr> extents;
};

using Inputs = std::map<std::string, Tensor>;

// An operator as Halide Funcs, without a schedule.
struct Algorithm {
  // In the signature's order. Outputs that follow each other and have the same dimensions are one Func of Tuples.
  std::vector<Halide::Func> outputs;
  // Every Func that a schedule may name: stages, outputs, and inputs (for `input.in(stage)`).
  std::map<std::string, Halide::Func> funcs;
  // Every reduction variable, by the name that schedules use. Pure variables go by their Halide names.
  std::map<std::string, Halide::RVar> reduction_variables;
};

}  // namespace nestwright::ops
