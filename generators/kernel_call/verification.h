#pragma once

#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "ops/reference/comparison.h"
#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"

namespace nestwright {

// Sample inputs of an operator, and what it makes of them by the float64 loops.
struct Expectation {
  reference::Tensors inputs, outputs;
};

// At a complete shape: on a whole block of images, and on one image more, so that a block lacks some.
std::vector<Expectation> expectations(const std::string& op, const Shape& shape);

// The comparison of the kernel's results with what is expected of it where it is wrong, or comes closest to that.
// Throws Error where the kernel fails or writes outside its outputs.
reference::Comparison verify(const Kernel& kernel, const std::vector<Expectation>& expected);
// With those of its own operator and shape, which take longer to evaluate than the kernel takes.
reference::Comparison verify(const Kernel& kernel);

}  // namespace nestwright
