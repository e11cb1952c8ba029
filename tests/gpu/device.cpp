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
  // Halide looks for libOpenCL.so, which only Debian's development package has, unless its symbols are there already.
  if (feature == Halide::Target::OpenCL) dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_GLOBAL);
  return known.emplace(name, Halide::host_supports_target_device(target())).first->second;
}

}  // namespace nestwright
