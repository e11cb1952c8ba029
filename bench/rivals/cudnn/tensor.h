#pragma once

#include <bit>
#include <cstdint>

#include "model/device/cuda_driver.h"

namespace nestwright::cudnn {

// How images lie in memory: plane after plane of one channel (nchw), or pixel after pixel with all its channels (nhwc).
enum class Layout { nchw, nhwc };

// float32 images in a device's memory. The extents are (images, channels, height, width) in either layout; a
// convolution's weights are images of (channels out, channels in, height, width).
struct Images {
  cuda::Address address = 0;
  std::int64_t images = 1;
  std::int64_t channels = 1;
  std::int64_t height = 1;
  std::int64_t width = 1;

  // The number of values.
  std::int64_t size() const { return images * channels * height * width; }
};

// How a convolution's windows lie on an image, in pixels, the same along both axes.
struct Windows {
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
};

// One value for each channel, such as a bias, as images.
inline Images per_channel(cuda::Address address, std::int64_t channels) {
  return {.address = address, .channels = channels};
}

// A float32 matrix in a device's memory, its rows one after another.
struct Matrix {
  cuda::Address address = 0;
  std::int64_t rows = 1;
  std::int64_t columns = 1;

  // The rows as images of one pixel, whose channels are the columns.
  Images as_images() const { return {.address = address, .images = rows, .channels = columns}; }
};

inline void* pointer(cuda::Address address) { return std::bit_cast<void*>(address); }

}  // namespace nestwright::cudnn
