#pragma once

#include <string>
#include <vector>

#include "ops/signature/shape.h"

namespace nestwright::bench {

// One operator of lenet5, to be timed by itself.
struct OperatorCase {
  std::string name;  // operator and layer, as bench/rivals/peers names them: "conv2d conv2"
  std::string op;    // Nestwright's operator: "conv2d"
  Shape shape;       // without the parameters that have defaults; `lanes` is 16, the images of a block
};

// conv1 and conv2, their gradients, max-pooling, and the first two linear layers with theirs.
std::vector<OperatorCase> lenet5_operators();

}  // namespace nestwright::bench
