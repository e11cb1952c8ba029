#pragma once

#include "model/data/dataset.h"
#include "model/graph/models.h"

namespace nestwright {

// A data set of `train_count` training images and 37 test images, which are the first of the same random sequence. Each
// is 8 pixels wide and 9 high, and shows a bright bar in noise; its class is the bar's place, one of four.
Dataset bars(std::int64_t train_count);

// A network for these images that has every kind of layer.
Model every_layer();

// A network for these images of which the fusion pass can fuse everything: convolution, relu and max-pooling; linear
// and relu.
Model fused_layers();

}  // namespace nestwright
