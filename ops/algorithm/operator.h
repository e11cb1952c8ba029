#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/algorithm/algorithm.h"
#include "ops/signature/shape.h"

namespace nestwright::ops {

// One algorithm for one operator. `inputs` holds every input of the signature by name; `shape` is complete.
struct Operator {
  std::string name;
  std::string algorithm;  // "direct", "winner", ...
  std::function<Algorithm(const Inputs& inputs, const Shape& shape)> build;
};

// Every algorithm of every operator; the first of an operator is its default.
const std::vector<Operator>& all_operators();

// The algorithm `algorithm` of the operator `name`, the default one if it is empty. Throws Error if there is none,
// which names the nearest operator, or the algorithms that the operator has.
const Operator& find_operator(std::string_view name, std::string_view algorithm = "");

}  // namespace nestwright::ops
