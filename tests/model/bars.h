#pragma once

#include "model/data/dataset.h"
#include "model/graph/models.h"

namespace nestwright {

// `train_count` images of width 8 and height 9 in four classes, and 37 of them again as test images: a bright bar in
// one of four places, in noise.
Dataset bars(std::int64_t train_count);

// A network for them that has every layer.
Model every_layer();

// One that the fusion pass knows all of: convolution, relu and max-pooling, linear and relu.
Model fused_layers();

}  // namespace nestwright
