#pragma once

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// Puts a tensor of images in blocks, (lane, ..., block) or (lane, block), into `values`, (lane, feature, block), from
// feature `first` on.
void put_features(const Tensor& part, std::int64_t first, Tensor& values);

}  // namespace nestwright::reference
