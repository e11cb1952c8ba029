#include "tests/gpu/cudnn_device.h"

#include "bench/rivals/cudnn/libraries.h"
#include "model/device/cuda_context.h"
#include "support/error.h"

namespace nestwright {

CudnnDevice find_cudnn() {
  CudnnDevice found;
  try {
    found.stream = cuda::open_stream();
  } catch (const Error&) {
    return {.stream = nullptr, .missing = "no CUDA device"};
  }
  try {
    cudnn::Libraries::versions();
  } catch (const Error& error) {
    return {.stream = nullptr, .missing = error.what()};
  }
  return found;
}

}  // namespace nestwright
