#pragma once

#include <cstdint>

#include "ops/signature/signature.h"

namespace nestwright {

// What a call says of the dynamic extents of a kernel's tensors.
struct CallSize {
  std::int64_t blocks = 1;      // of images
  std::int64_t images = 16;     // of the batch; 16 are a block of the shipped CPU kernels
  std::int64_t parameters = 0;  // of the network; only an optimiser's call needs to say it
  std::int64_t groups = 1;      // of partial gradients, which an optimiser adds up
};

// Images of a block, the shape's parameter `lanes`; 1 for operators that have no blocks of images.
std::int64_t lanes_of(const Shape& shape);

// The call for a batch of `images` images, in as few blocks of the shape's lanes as hold them.
CallSize call_for_batch(const Shape& shape, std::int64_t images);

// The extent of `dimension` in a call of that size. Throws Error if it is the number of parameters and `size` has none.
std::int64_t extent_of(const Dimension& dimension, const CallSize& size);

// Bytes of all tensors that the operator takes and gives, scalars left out. An output that may share an input's memory
// is counted, too.
double bytes_of_tensors(const Signature& signature, const Shape& shape, const CallSize& size);

}  // namespace nestwright
