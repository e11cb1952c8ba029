#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ops/operator.h"
#include "signatures/signature.h"

namespace nestwright {

// An operator's algorithm at a shape, with the inputs and outputs that a kernel of it takes.
struct BoundAlgorithm {
  std::string op;
  std::string algorithm_name;
  Shape shape;  // complete
  // The signature's inputs, in order.
  std::vector<std::pair<std::string, Halide::Parameter>> inputs;
  ops::Algorithm algorithm;
};

// Makes the operator's inputs and builds its algorithm on them (the default one where `algorithm` is empty). Every
// extent and stride of inputs and outputs that the shape fixes is fixed in the pipeline, too. Throws Error.
BoundAlgorithm bind_algorithm(const std::string& op, const std::string& algorithm, const Shape& shape);

}  // namespace nestwright
