#pragma once

#include <Halide.h>

#include <string>

namespace nestwright {

// A way to a GPU: OpenCL, which also runs on a CPU (PoCL), or CUDA.
struct Device {
  const char* name;
  Halide::Target::Feature feature;

  // This machine's processor and the device.
  Halide::Target target() const;
  // Whether this machine has one. Asked once.
  bool is_there() const;
};

inline constexpr Device opencl_device = {"OpenCL", Halide::Target::OpenCL};
inline constexpr Device cuda_device = {"CUDA", Halide::Target::CUDA};

}  // namespace nestwright
