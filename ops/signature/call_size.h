#pragma once

#include <cstdint>

#include "ops/signature/signature.h"

namespace nestwright {

// Extents that a kernel is given when it is called.
struct CallSize {
  std::int64_t blocks = 1;
  std::int64_t images = 16;
  std::int64_t parameters = 0;  // of the network, which an optimiser's call must say
  std::int64_t groups = 1;      // of partial gradients
};

// The images of a block; 1 for operators that have none.
std::int64_t lanes_of(const Shape& shape);

// The call that takes a batch of so many images, in as many blocks of the shape's lanes as hold them.
CallSize call_for_batch(const Shape& shape, std::int64_t images);

// A dimension's extent in such a call. Throws Error for a number of parameters that `size` does not say.
std::int64_t extent_of(const Dimension& dimension, const CallSize& size);

// Bytes of all tensors that the operator takes and gives, each once; what may share an input's memory counts, too.
double bytes_of_tensors(const Signature& signature, const Shape& shape, const CallSize& size);

}  // namespace nestwright
