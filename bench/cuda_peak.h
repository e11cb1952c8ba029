#pragma once

#include "model/device/device_queue.h"

namespace nestwright::bench {

// The most that the first CUDA device can do, measured by its own clock.
struct CudaPeak {
  // Floating-point operations a second, in fused multiply-adds of float32 (two operations each) on registers alone.
  double flops = 0.0;
  double bandwidth = 0.0;  // bytes read and written a second, by a copy that is far larger than the caches
};

// Measures the peak now. Throws Error where the queue is not CUDA's.
CudaPeak measured_cuda_peak(DeviceQueue& queue);

}  // namespace nestwright::bench
