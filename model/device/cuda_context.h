#pragma once

#include "model/device/cuda_driver.h"
#include "model/runtime/kernel.h"

namespace nestwright::cuda {

// The one stream, on the first device's primary context, which becomes the calling thread's; made when it is first
// asked for. Throws Error, in a line, where there is no driver, no device, or one that is older than the kernels
// (compute capability 8.0).
Stream open_stream();

// The first device's primary context, which cuBLAS and cuDNN share, and one stream on it that everything goes through,
// Halide's runtime included. Both stay for as long as the program runs.
class StreamContext {
 public:
  // Throws Error as open_stream() does.
  explicit StreamContext(const KernelProvider& provider);

  Stream stream() const;
};

}  // namespace nestwright::cuda
