#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/report.h"
#include "generators/kernel_interface/kernel.h"

namespace nestwright::bench {

// What is timed on a GPU, and how.
struct DeviceRequest {
  std::string device;                                     // "cuda" or "opencl"
  bool has_kernels = true, has_steps = true;              // which of them are timed; inferences are with the steps
  std::vector<std::int64_t> batches;                      // images of a step or an inference
  std::vector<std::int64_t> kernel_batches = {64, 1024};  // images of a kernel's call: what the kernels are tuned for
  std::vector<std::string> against;                       // the rivals: "cudnn", "pytorch"
  bool allow_tf32 = false, both_layouts = false;          // what cuDNN may do, as RivalOptions have it
  int repetitions = 9;                                    // of each row; their median counts
  double seconds = 0.1;                                   // that a repetition lasts
};

// Times Nestwright's kernels, steps and inferences, then each rival in a process of its own, so that a rival that fails
// or crashes costs its own rows alone. After every row `on_row` is called with the report so far. Throws Error where
// there is no such device, or a rival that can't be timed on it.
Report bench_device(const DeviceRequest& request, const KernelProvider& kernels,
                    const std::function<void(const Report&)>& on_row);

// Times one rival, "cudnn", in this process, and prints a line of JSON for each row, as the scripts in
// bench/rivals/peers do. Returns whether every row has a time. Throws Error where there is no device or no such rival.
bool bench_rival(const std::string& rival, const DeviceRequest& request, const KernelProvider& kernels);

}  // namespace nestwright::bench
