#pragma once

#include <string>
#include <vector>

#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"
#include "tests/ops/operator_case.h"

namespace nestwright {

// A gradient operator and what it is the gradient of: the output `gradient_output` of `gradient_op` is the derivative,
// by the input `input`, of a weighted sum of the elements of the output `output` of `op`.
struct GradientCase {
  std::string op, output, input;
  std::string gradient_op, gradient_output;
  OperatorCase forward;  // op at a shape
};

// Every gradient at every shape of its operator.
std::vector<GradientCase> gradient_cases();

std::ostream& operator<<(std::ostream& stream, const GradientCase& gradient_case);
std::string test_name(const GradientCase& gradient_case);

// Inputs of the operator without ties or kinks nearby: multiples of 2^-20 in [-1, 1], exact in float32.
reference::Tensors smooth_inputs(const OperatorCase& forward);

// The weights of the elements in that sum. Where the gradient operator takes a single number `scale`, all weights are
// that number.
reference::Tensor output_weights(const GradientCase& gradient_case, const reference::Tensors& inputs);

// The gradient by float64 loops; inputs called "previous", to which gradients are added, are 0.
reference::Tensor reference_gradient(const GradientCase& gradient_case, const reference::Tensors& inputs,
                                     const reference::Tensor& weights);

}  // namespace nestwright
