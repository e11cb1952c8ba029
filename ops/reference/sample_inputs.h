#pragma once

#include <cstdint>
#include <string>

#include "ops/reference/tensor.h"
#include "ops/signature/signature.h"

namespace nestwright {

// The dynamic extents of a call.
struct DynamicExtents {
  std::int64_t images;      // in ceil(images / lanes) blocks; the last block's other lanes hold none
  std::int64_t parameters;  // of the network that an optimiser updates
  std::int64_t groups;      // of partial gradients that an optimiser adds up
};

// Inputs that an operator could meet, the same for the same seed, exact in float32. Labels are classes, or 255 in lanes
// without an image; images are bytes, and their indices are -1 in lanes without one. All else is drawn as the
// operator's family says (Reference::draw), which gives outputs of activations in their range, and equal values where
// values are compared. Throws std::out_of_range for an operator without a reference.
reference::Tensors sample_inputs(const Signature& signature, const Shape& shape, const DynamicExtents& extents,
                                 std::uint64_t seed);

}  // namespace nestwright
