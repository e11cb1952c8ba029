#pragma once

#include <cstdint>
#include <vector>

#include "bench/measurement.h"
#include "model/device/device_queue.h"

namespace nestwright::bench {

// How NVIDIA's libraries may compute.
struct RivalOptions {
  bool allow_tf32 = false;  // let them multiply on tensor cores, with 10 bits of mantissa instead of 23
  // Try NCHW and NHWC and use the faster layout, instead of NCHW wherever it has a way for each operator.
  bool both_layouts = false;
};

// Subjects of lenet5 by cuDNN and cuBLASLt on the queue's stream, recorded as CUDA graphs as Nestwright's steps are. At
// `step_batches`: a training step with plain gradient descent ("cudnn sgd") and with Nestwright's own generated
// Adadelta
// ("cudnn adadelta"), and inference ("cudnn"). At `kernel_batches`: for each kernel of Nestwright's training step, the
// sequence of library calls that computes the same. " tf32" is added to the names where it is allowed.
// A subject is made ready when it is first called. That takes a while, because the libraries' algorithms are tried; the
// call throws Error where none works. The queue and the provider must outlive the subjects.
std::vector<Subject> cudnn_lenet_subjects(DeviceQueue& queue, const KernelProvider& provider,
                                          const std::vector<std::int64_t>& step_batches,
                                          const std::vector<std::int64_t>& kernel_batches, const RivalOptions& options);

}  // namespace nestwright::bench
