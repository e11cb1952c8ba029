#pragma once

#include <Halide.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"

namespace nestwright {

// The most bytes of a tensor, and of a stage's storage: Halide counts them in 32 bits.
inline constexpr std::int64_t most_addressable_bytes = std::numeric_limits<std::int32_t>::max();

// An operator's algorithm at a shape, with the inputs and outputs that a kernel of it takes.
struct BoundAlgorithm {
  std::string op;
  std::string algorithm_name;
  Shape shape;  // complete
  // The signature's inputs, in order.
  std::vector<std::pair<std::string, Halide::Parameter>> inputs;
  ops::Algorithm algorithm;
};

// How far apart the blocks of images lie in the tensors that a kernel is called with.
enum class BlockStride {
  dense,  // a block begins where the one before it ends: the distance is a constant of the kernel
  any,    // the distance is an argument, so that a tensor may be a part of every block of a larger one
};

// The one that kernels for `target` have: only those for GPUs are called on many blocks at once, of parts of tensors.
inline BlockStride block_stride_of(const Halide::Target& target) {
  return target.has_gpu_feature() ? BlockStride::any : BlockStride::dense;
}

// Makes the inputs of the operator `op` and builds its algorithm on them (the default one where `algorithm` is empty).
// In the pipeline, the extents and strides of inputs and outputs are constants wherever the shape fixes them. Throws
// Error for an unknown operator or algorithm, and for a shape that makes no sense.
BoundAlgorithm bind_algorithm(const std::string& op, const std::string& algorithm, const Shape& shape,
                              BlockStride block_stride = BlockStride::dense);

}  // namespace nestwright
