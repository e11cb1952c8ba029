#pragma once

#include <string>
#include <vector>

#include "ops/signature/shape.h"

namespace nestwright::bench {

// One operator of lenet5 on its own.
struct OperatorCase {
  std::string name;  // operator and layer, as bench/rivals/peers names it: "conv2d conv2"
  std::string op;    // Nestwright's operator
  Shape shape;       // complete but for defaults; blocks of 16 images
};

// conv1 and conv2, their gradients, max-pooling, and the first two linear layers with theirs.
std::vector<OperatorCase> lenet5_operators();

}  // namespace nestwright::bench
