#pragma once

#include <cstdint>
#include <string>

#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

namespace nestwright {

// The extents that a kernel takes when it is called.
struct DynamicExtents {
  std::int64_t images;      // in ceil(images / lanes) blocks; the last block's other lanes are absent
  std::int64_t parameters;  // of an optimiser
  std::int64_t groups;      // of partial gradients
};

// Inputs that an operator could meet, the same for the same seed, exact in float32: labels are classes, or 255 in
// absent lanes; squares are not negative; an argmax is a place in its window (or "relu cut it", in fused forms); the
// outputs of activations are in their range. Values to compare are multiples of 1/4, so that ties abound, and the fused
// convolutions' inputs are small multiples of powers of two, so that their sums, and so their ties, are exact.
reference::Tensors sample_inputs(const Signature& signature, const Shape& shape, const DynamicExtents& extents,
                                 std::uint64_t seed);

}  // namespace nestwright
