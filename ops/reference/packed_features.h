#pragma once

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// Copies `part`, a tensor of images in blocks, (lane, ..., block) or (lane, block), into `values`, (lane, feature,
// block), where its values of an image become the features from `first` on.
void put_features(const Tensor& part, std::int64_t first, Tensor& values);

}  // namespace nestwright::reference
