#pragma once

#include <cstdint>

#include "model/data/dataset.h"

namespace nestwright {

struct SyntheticDigitsOptions {
  std::int64_t train_count = 60000;
  std::int64_t test_count = 10000;
  std::uint64_t seed = 1;
};

// Handwritten-style digits, made on the spot: 28 x 28 pixels, the digit in a box of about 20 x 20 and centred by its
// ink, as MNIST's are. A digit is drawn as pen strokes in one of several ways of writing it, under a random affine map
// (slant, rotation, proportions, size) and a random elastic deformation, with a random pen.
//
// Image k of a part depends on the seed and k alone: not on the counts, nor on how many threads work.
Dataset make_synthetic_digits(const SyntheticDigitsOptions& options = {});

}  // namespace nestwright
