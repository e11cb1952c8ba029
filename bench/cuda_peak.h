#pragma once

#include "model/device/device_queue.h"

namespace nestwright::bench {

// What the first CUDA device does at best, measured now by its own clock.
struct CudaPeak {
  double flops = 0.0;      // fused multiply-adds of float32 in a second, two operations each: chains in registers
  double bandwidth = 0.0;  // bytes in a second, read and written: a copy far larger than its caches
};

// Throws Error where the queue is not CUDA's.
CudaPeak measured_cuda_peak(DeviceQueue& queue);

}  // namespace nestwright::bench
