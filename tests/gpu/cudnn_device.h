#pragma once

#include <string>

#include "model/device/cuda_driver.h"

namespace nestwright {

// The stream that cuDNN and cuBLASLt are given, or why this machine can't run them.
struct CudnnDevice {
  cuda::Stream stream = nullptr;
  std::string missing;  // empty: nothing
};
CudnnDevice find_cudnn();

}  // namespace nestwright
