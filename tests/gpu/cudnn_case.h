#pragma once

#include <cstdint>
#include <vector>

#include "ops/reference/sample_inputs.h"
#include "tests/ops/compiled_case.h"

// What kernels and cuDNN are compared on: the cases, their inputs, and how far cuDNN may be from float64 loops.
namespace nestwright {

// The cases of the operators that cuDNN has: every shape, and every shape under every schedule for GPUs.
std::vector<OperatorCase> cudnn_cases();
std::vector<CompiledCase> cudnn_kernel_cases();

// The inputs of a case, as tensors in blocks. Lanes without an image hold zeros, so that sums over images are the same
// whether they include these lanes or not. The gradient of max-pooling gets one input more, "input", from which cuDNN
// finds the maxima again; no two of its values are equal, and "argmax" is its argmax.
reference::Tensors cudnn_inputs(const OperatorCase& test, const DynamicExtents& extents, std::uint64_t seed);

// The outputs of a case by float64 loops, as tensors in blocks, with error bounds for the way in which the library
// computes them. Where that is sums and products in some order, the bounds are the operator's own; where it has
// exponentials, they allow for NVIDIA's fast exponential and for a softmax that is computed by its logarithm.
reference::Tensors cudnn_bounds(const OperatorCase& test, const reference::Tensors& inputs);

}  // namespace nestwright
