#pragma once

#include <cstdint>
#include <vector>

#include "ops/reference/sample_inputs.h"
#include "tests/ops/compiled_case.h"

// What kernels and cuDNN are both given, and how far cuDNN may be from float64 loops.
namespace nestwright {

// The cases of the operators that cuDNN has: of all shapes, and of all kernels for GPUs.
std::vector<OperatorCase> cudnn_cases();
std::vector<CompiledCase> cudnn_kernel_cases();

// Samples, in blocks. Lanes without an image are zeros: sums over images leave them out, whoever sums. The gradient of
// max-pooling has the argmax of an "input" without equals, which it gets, too: cuDNN finds the maxima again.
reference::Tensors cudnn_inputs(const OperatorCase& test, const DynamicExtents& extents, std::uint64_t seed);

// The outputs of float64 loops, in blocks, with an error bound of the library's way to compute them. That is the
// operator's own where the library's operations are sums and products in some order; it also allows for NVIDIA's fast
// exponential, and for softmax by its logarithm.
reference::Tensors cudnn_bounds(const OperatorCase& test, const reference::Tensors& inputs);

}  // namespace nestwright
