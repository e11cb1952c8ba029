#pragma once

#include <functional>
#include <string>

#include "ops/signature/shape.h"

struct halide_device_interface_t;

namespace nestwright {

// Which kernel it is: operator x algorithm x shape x target x schedule, compiled. The layout is part of the shape (its
// `lanes`).
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
  // On CUDA, the most registers that a thread gets; 0: 64, to which Halide's runtime limits every kernel.
  int cuda_registers = 0;
  // Halide's functions for the device in whose memory its tensors lie; null: they lie in the host's memory.
  const halide_device_interface_t* device = nullptr;
  // Takes a pointer for each argument, in the signature's order (inputs, then outputs): a halide_buffer_t* for a
  // tensor, a pointer to the value for a scalar. Returns 0, or a Halide error code.
  std::function<int(void** arguments)> call;
};

// A kernel's `parameters` and `cuda_registers` as a manifest's line has them after `with`, for example
// "c_tile=4 cuda_registers=128". Empty if all are the defaults.
std::string settings_text(const Shape& parameters, int cuda_registers);

// The functions that Halide's CUDA runtime calls (HalideRuntimeCuda.h): to get a context, to give it back, and to get
// the stream that kernels and copies go to. Each returns 0, or an error code.
struct CudaHandlers {
  int (*acquire_context)(void* user_context, void** context, bool create);
  int (*release_context)(void* user_context);
  int (*stream)(void* user_context, void* context, void** stream);
};

// Where the runtime finds kernels: the ahead-of-time registry, or a run-time compiler.
class KernelProvider {
 public:
  virtual ~KernelProvider() = default;

  // A kernel for the operator at this (complete) shape on this target. Throws Error if there is none, which says
  // exactly what is missing.
  virtual const Kernel& find(const std::string& op, const Shape& shape, const std::string& target) const = 0;

  // Whether find() gives a kernel for the operator at this (complete) shape that a device of this target can start: the
  // shared memory of a block of its threads must fit into the device's.
  virtual bool can_run(const std::string& op, const Shape& shape, const std::string& target) const = 0;

  // Halide's functions for the memory of the device that kernels for `target` run on. Throws Error, with what to do
  // instead, if there are no kernels for `target`.
  virtual const halide_device_interface_t* device(const std::string& target) const;

  // Makes the kernels' runtime use the context and the stream that `handlers` give. Throws Error if it can't take them.
  virtual void use_cuda(const CudaHandlers& handlers) const;
};

}  // namespace nestwright
