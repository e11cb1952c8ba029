#pragma once

#include "generators/kernel_interface/kernel.h"
#include "model/device/cuda_driver.h"

namespace nestwright::cuda {

// The one stream, on the first device's primary context, which cuBLAS and cuDNN share and which becomes the calling
// thread's. Both are made when they are first asked for, and stay for as long as the program runs. Throws Error, in a
// line, where there is no driver, no device, or one that is older than the kernels (compute capability 8.0).
Stream open_stream();

// The same; everything that the provider's kernels do goes through it, too.
Stream open_stream(const KernelProvider& provider);

// Where a kernel goes that is issued now: the one stream, or the KernelStream's.
Stream current_stream();

// For as long as it lives, the kernels of a provider that was given the stream go to another one.
class KernelStream {
 public:
  explicit KernelStream(Stream stream);
  ~KernelStream();
  KernelStream(const KernelStream&) = delete;
  KernelStream& operator=(const KernelStream&) = delete;

 private:
  Stream previous_;
};

}  // namespace nestwright::cuda
