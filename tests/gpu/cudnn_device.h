#pragma once

#include <string>

#include "model/device/cuda_driver.h"

namespace nestwright {

// The stream that NVIDIA's libraries work on here, or what is missing for that.
struct CudnnDevice {
  cuda::Stream stream = nullptr;
  std::string missing;  // empty: nothing
};
CudnnDevice find_cudnn();

}  // namespace nestwright
