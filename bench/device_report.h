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
  std::string device;  // "cuda" or "opencl"
  bool has_kernels = true, has_steps = true;
  std::vector<std::int64_t> batches;                      // of steps and inferences
  std::vector<std::int64_t> kernel_batches = {64, 1024};  // of kernels by themselves: what they are tuned for
  std::vector<std::string> against;                       // "cudnn", "pytorch"
  bool allow_tf32 = false, both_layouts = false;          // to rivals
  int repetitions = 9;
  double seconds = 0.1;
};

// Times Nestwright's kernels, steps and inferences, then the rivals', each in a process of its own, so that one that
// fails or ends costs its own rows alone. `on_row` is called with all that there is so far after every row. Throws
// Error where there is no such device.
Report bench_device(const DeviceRequest& request, const KernelProvider& kernels,
                    const std::function<void(const Report&)>& on_row);

// Times one rival of this process, "cudnn", and prints a line of JSON for each row, as the scripts in
// bench/rivals/peers do. Returns whether none failed. Throws Error where there is no device or no such rival.
bool bench_rival(const std::string& rival, const DeviceRequest& request, const KernelProvider& kernels);

}  // namespace nestwright::bench
