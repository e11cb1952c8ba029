#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"

namespace nestwright {

// Kernels that were compiled ahead of time.
class KernelRegistry : public KernelProvider {
 public:
  // Throws Error when a kernel with the same key is there already.
  void add(Kernel kernel);

  // A function that gives Halide's functions for a device's memory.
  using DeviceSource = const halide_device_interface_t* (*)();
  void add_device(const std::string& target, DeviceSource source) { devices_[target] = source; }
  const halide_device_interface_t* device(const std::string& target) const override;

  // A function that gives the kernels' runtime a context and a stream.
  using CudaUser = void (*)(const CudaHandlers& handlers);
  void set_cuda_user(CudaUser user) { cuda_user_ = user; }
  void use_cuda(const CudaHandlers& handlers) const override;

  // The first kernel that was added for this operator, shape and target. Throws Error if there is none, which names
  // what is missing, the nearest kernel that is there, and how to make it.
  const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const override;

  // Whether a kernel was added for this operator, shape and target. That it fits into a device's shared memory is not
  // asked here: tests check it of all shipped kernels (tests/gpu/gpu_resources.md).
  bool can_run(const std::string& op, const Shape& shape, const std::string& target) const override;

  // All kernels, in the order in which they were added.
  const std::deque<Kernel>& kernels() const { return kernels_; }

 private:
  // The kernel that find() gives; null if there is none.
  const Kernel* look_up(const std::string& op, const Shape& shape, const std::string& target) const;

  std::map<std::string, DeviceSource> devices_;
  CudaUser cuda_user_ = nullptr;
  std::deque<Kernel> kernels_;  // references to its elements stay valid
};

// The registry of the kernels that this program was built with.
KernelRegistry& ahead_of_time_kernels();

}  // namespace nestwright
