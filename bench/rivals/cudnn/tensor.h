#pragma once

#include <bit>
#include <cstdint>

#include "model/device/cuda_driver.h"

namespace nestwright::cudnn {

// How images lie in memory: planes of one channel, or the channels of a pixel beside each other.
enum class Layout { nchw, nhwc };

// float32 images, (images, channels, height, width) whatever the layout; a convolution's weights are
// (channels out, channels in, height, width).
struct Images {
  cuda::Address address = 0;
  std::int64_t images = 1;
  std::int64_t channels = 1;
  std::int64_t height = 1;
  std::int64_t width = 1;

  std::int64_t size() const { return images * channels * height * width; }
};

// How a convolution's windows lie on an image, along both of its axes.
struct Windows {
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
};

// A value for each channel.
inline Images per_channel(cuda::Address address, std::int64_t channels) {
  return {.address = address, .channels = channels};
}

// A float32 matrix, its rows one after another.
struct Matrix {
  cuda::Address address = 0;
  std::int64_t rows = 1;
  std::int64_t columns = 1;

  // As images of one pixel.
  Images as_images() const { return {.address = address, .images = rows, .channels = columns}; }
};

inline void* pointer(cuda::Address address) { return std::bit_cast<void*>(address); }

}  // namespace nestwright::cudnn
