#pragma once

#include <string>
#include <vector>

#include "ops/reference/tensor.h"
#include "ops/signature/shape.h"
#include "tests/ops/operator_case.h"

namespace nestwright {

// A gradient operator and what it is the gradient of: `gradient_output` of `gradient_op` is the derivative of a
// weighted sum of `output` of `op`, by `input`.
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

// Weights of the outputs in the sum; the same for all images where the gradient operator has but one `scale`.
reference::Tensor output_weights(const GradientCase& gradient_case, const reference::Tensors& inputs);

// The gradient by float64 loops; inputs called "previous", to which gradients are added, are 0.
reference::Tensor reference_gradient(const GradientCase& gradient_case, const reference::Tensors& inputs,
                                     const reference::Tensor& weights);

}  // namespace nestwright
