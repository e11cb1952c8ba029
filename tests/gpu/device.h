#pragma once

#include <Halide.h>

#include <string>

namespace nestwright {

// An interface to a GPU: OpenCL, which also runs on a CPU (PoCL), or CUDA.
struct Device {
  const char* name;
  Halide::Target::Feature feature;

  // The target for this machine's processor and the device.
  Halide::Target target() const;
  // Whether this machine has such a device. Looks for one only once.
  bool is_there() const;
};

inline constexpr Device opencl_device = {"OpenCL", Halide::Target::OpenCL};
inline constexpr Device cuda_device = {"CUDA", Halide::Target::CUDA};

}  // namespace nestwright
