#pragma once

#include <functional>
#include <string>

#include "ops/signature/shape.h"

struct halide_device_interface_t;

namespace nestwright {

// What a kernel is: operator x algorithm x shape x target x schedule, compiled. The layout is part of the shape
// (its `lanes`).
struct KernelKey {
  std::string op;
  std::string algorithm;
  Shape shape;
  std::string target;    // "cpu", "cuda", "opencl"
  std::string schedule;  // the name of the .nest file, without folder and ending

  friend bool operator==(const KernelKey&, const KernelKey&) = default;
};

// "conv2d direct [lanes=16 ...] cpu reference"
std::string to_string(const KernelKey& key);

// A kernel that can be called.
struct Kernel {
  KernelKey key;
  // The schedule's tunable parameters whose values are not the defaults.
  Shape parameters = {};
  // The most registers that a thread of it gets, on CUDA alone; 0: as many as Halide's runtime gives all, 64.
  int cuda_registers = 0;
  // The runtime's functions for the memory that it works on; null: the host's.
  const halide_device_interface_t* device = nullptr;
  // Takes one pointer an argument, in the signature's order (inputs, then outputs): a halide_buffer_t* for a
  // tensor, a pointer to the value for a scalar. Returns 0, or a Halide error code.
  std::function<int(void** arguments)> call;
};

// What a kernel's line in a manifest says after `with`, of its `parameters` and `cuda_registers`:
// "c_tile=4 cuda_registers=128"; empty: nothing.
std::string settings_text(const Shape& parameters, int cuda_registers);

// What Halide's runtime asks for on CUDA: a context, its release, and the stream that kernels and copies go to
// (HalideRuntimeCuda.h).
struct CudaHandlers {
  int (*acquire_context)(void* user_context, void** context, bool create);
  int (*release_context)(void* user_context);
  int (*stream)(void* user_context, void* context, void** stream);
};

// Where the runtime finds kernels: the ahead-of-time registry, or a run-time compiler.
class KernelProvider {
 public:
  virtual ~KernelProvider() = default;

  // A kernel for the operator at this (complete) shape on this target. Throws Error that says exactly which one is
  // missing when there is none.
  virtual const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const = 0;

  // Whether find() gives a kernel for the operator at this (complete) shape that a device of this target can start:
  // what a block of its threads keeps in shared memory fits there.
  virtual bool can_run(const std::string& op, const Shape& shape, const std::string& target) const = 0;

  // The runtime's functions for the memory of the device that kernels for `target` run on. Throws Error, with what to
  // do instead, where there is none.
  virtual const halide_device_interface_t* device(const std::string& target) const;

  // Gives the kernels' runtime a context and a stream. Throws Error where it takes none.
  virtual void use_cuda(const CudaHandlers& handlers) const;
};

}  // namespace nestwright
