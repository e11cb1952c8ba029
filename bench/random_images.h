#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/data/dataset.h"
#include "model/graph/forward.h"

namespace nestwright::bench {

// As many as the largest batch that is timed.
inline constexpr std::int64_t image_count = 4096;
inline constexpr ImageSize image_size = {28, 28};
inline constexpr Normalisation normalisation = {.mean = 0.1307F, .deviation = 0.3081F};

// Random pixels and labels, of MNIST's size; the same each time.
std::shared_ptr<const Dataset> random_dataset();

// 0, 1, 2, ...
std::vector<std::int32_t> first_images(std::int64_t count);

}  // namespace nestwright::bench
