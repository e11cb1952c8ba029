#pragma once

#include <memory>
#include <vector>

#include "bench/measurement.h"
#include "model/device/device_queue.h"

namespace nestwright::bench {

// Lenet5 by cuDNN and cuBLASLt on the queue's stream, recorded as CUDA graphs as Nestwright's steps are, with and
// without TF32. Its update is plain gradient descent, which takes less than Nestwright's Adadelta. Each is made ready
// when it is first called, which takes a while: the fastest of the libraries' ways are searched for. The queue must
// outlive them.
struct RivalOptions {
  bool allow_tf32 = false;
};
std::vector<Subject> cudnn_steps(DeviceQueue& queue, const KernelProvider& kernels,
                                 const std::vector<std::int64_t>& batches, const RivalOptions& options);

// For each kernel of Nestwright's training step the sequence of calls that does the same.
std::vector<Subject> cudnn_kernels(DeviceQueue& queue, const KernelProvider& kernels,
                                   const std::vector<std::int64_t>& batches, const RivalOptions& options);

}  // namespace nestwright::bench
