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

// Inputs that an operator could meet, the same for the same seed, exact in float32. Labels are classes, or 255 in
// absent lanes; images are bytes, and their indices are -1 in absent lanes. All else is drawn as the operator's family
// says (Reference::draw), which gives outputs of activations in their range, and ties where values are compared. Throws
// std::out_of_range for an operator without a reference.
reference::Tensors sample_inputs(const Signature& signature, const Shape& shape, const DynamicExtents& extents,
                                 std::uint64_t seed);

}  // namespace nestwright
