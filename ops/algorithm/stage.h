#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "ops/algorithm/algorithm.h"

namespace nestwright::ops {

// A Func and the name by which schedules know it. Func::name() may differ from that: Halide appends to a name that the
// process has used before.
struct Stage : Halide::Func {
  // A new Func, which is yet to be defined.
  explicit Stage(const std::string& name);
  // The input called `name`. Throws std::out_of_range where there is none.
  Stage(const std::string& name, const Inputs& inputs);

  // The same Func, which schedules know by another name.
  Stage renamed(const std::string& name) const;

  std::string schedule_name;
  // The reduction variables of its updates that schedules may name.
  std::map<std::string, Halide::RVar> variables = {};
};

// The algorithm that gives `outputs`, which are in the signature's order; schedules may name them and `others`. Throws
// Error if two stages, or two of their reduction variables, have the same name.
Algorithm algorithm_of(const std::vector<Stage>& outputs, const std::vector<Stage>& others);

}  // namespace nestwright::ops
