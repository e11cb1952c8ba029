#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"

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

// How far blocks of images lie apart in a kernel's tensors.
enum class BlockStride {
  dense,  // one after another: a constant of the kernel
  any,    // an argument: a tensor may be a part of another, in every block
};

// As a kernel for `target` takes them: on a GPU it is called on many blocks at once.
inline BlockStride block_stride_of(const Halide::Target& target) {
  return target.has_gpu_feature() ? BlockStride::any : BlockStride::dense;
}

// Makes the operator's inputs and builds its algorithm on them (the default one where `algorithm` is empty). Every
// extent and stride of inputs and outputs that the shape fixes is fixed in the pipeline, too. Throws Error.
BoundAlgorithm bind_algorithm(const std::string& op, const std::string& algorithm, const Shape& shape,
                              BlockStride block_stride = BlockStride::dense);

}  // namespace nestwright
