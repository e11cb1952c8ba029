#include "tests/gpu/device.h"

#include <dlfcn.h>

#include <map>

namespace nestwright {

Halide::Target Device::target() const {
  Halide::Target target = Halide::get_host_target().with_feature(feature);
  return feature == Halide::Target::CUDA ? target.with_feature(Halide::Target::CUDACapability80) : target;
}

bool Device::is_there() const {
  static std::map<std::string, bool> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  // Loads the symbols so that Halide finds them: without them it looks for libOpenCL.so and libcuda.so, which only
  // development packages have.
  dlopen(feature == Halide::Target::OpenCL ? "libOpenCL.so.1" : "libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
  return known.emplace(name, Halide::host_supports_target_device(target())).first->second;
}

}  // namespace nestwright
