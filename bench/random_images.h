#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/data/dataset.h"
#include "model/graph/forward.h"

namespace nestwright::bench {

// Images of each part of the data set: as many as the largest batch that is timed.
inline constexpr std::int64_t image_count = 4096;
// The size of MNIST's images, its number of classes, and the normalisation of its pixels.
inline constexpr ImageSize image_size = {28, 28};
inline constexpr unsigned class_count = 10;
inline constexpr Normalisation normalisation = {.mean = 0.1307F, .deviation = 0.3081F};

// The learning rate of timed training steps. It is small, because there is nothing to learn from random labels.
inline constexpr double learning_rate = 1e-4;

// A data set of random pixels and labels, the same each time: `image_count` images for training and as many for
// testing.
std::shared_ptr<const Dataset> random_dataset();

// The numbers of the first `count` images: 0, 1, 2, ...
std::vector<std::int32_t> first_images(std::int64_t count);

}  // namespace nestwright::bench
