#pragma once

#include "generators/kernel_interface/kernel.h"
#include "model/device/cuda_driver.h"

namespace nestwright::cuda {

// The program's one stream. It is on the first device's primary context, which cuBLAS and cuDNN use too, and which
// becomes the calling thread's current one. Stream and context are made when they are first asked for, and stay for as
// long as the program runs. Throws Error of one line where there is no driver, no device, or one that is too old for
// the kernels (below compute capability 8.0).
Stream open_stream();

// The same stream, through which all that the provider's kernels do goes from then on.
Stream open_stream(const KernelProvider& provider);

// The stream to which a kernel goes that is launched now: the program's one stream, or the KernelStream's.
Stream current_stream();

// For as long as it lives, kernels of the providers that open_stream() was called for go to `stream`.
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
