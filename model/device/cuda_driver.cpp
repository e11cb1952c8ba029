#include "model/device/cuda_driver.h"

#include <fmt/format.h>

#include <array>

#include "model/device/shared_library.h"

namespace nestwright::cuda {
namespace {

Driver load() {
  // Libraries that are loaded later must see the symbols: without them Halide's runtime looks for libcuda.so, which
  // only development packages have.
  const SharedLibrary library({"libcuda.so.1"}, SharedLibrary::Symbols::for_all,
                              [](const std::string& reason) { return no_device("NVIDIA's driver: " + reason); });
  Driver d = {};
  library.find(d.init, "cuInit");
  library.find(d.driver_get_version, "cuDriverGetVersion");
  library.find(d.get_error_name, "cuGetErrorName");
  library.find(d.device_get_count, "cuDeviceGetCount");
  library.find(d.device_get, "cuDeviceGet");
  library.find(d.device_get_name, "cuDeviceGetName");
  library.find(d.device_get_attribute, "cuDeviceGetAttribute");
  library.find(d.primary_context_retain, "cuDevicePrimaryCtxRetain");
  library.find(d.context_set_current, "cuCtxSetCurrent");
  library.find(d.stream_create, "cuStreamCreate");
  library.find(d.stream_destroy, "cuStreamDestroy_v2");
  library.find(d.stream_synchronize, "cuStreamSynchronize");
  library.find(d.stream_wait_event, "cuStreamWaitEvent");
  library.find(d.stream_begin_capture, "cuStreamBeginCapture_v2");
  library.find(d.stream_end_capture, "cuStreamEndCapture");
  library.find(d.graph_instantiate, "cuGraphInstantiateWithFlags");
  library.find(d.graph_exec_destroy, "cuGraphExecDestroy");
  library.find(d.graph_destroy, "cuGraphDestroy");
  library.find(d.graph_launch, "cuGraphLaunch");
  library.find(d.memory_alloc, "cuMemAlloc_v2");
  library.find(d.memory_free, "cuMemFree_v2");
  library.find(d.memset_async, "cuMemsetD8Async");
  library.find(d.memcpy_to_device_async, "cuMemcpyHtoDAsync_v2");
  library.find(d.memcpy_to_host_async, "cuMemcpyDtoHAsync_v2");
  library.find(d.memory_host_alloc, "cuMemHostAlloc");
  library.find(d.memory_host_free, "cuMemFreeHost");
  library.find(d.memcpy_2d_async, "cuMemcpy2DAsync_v2");
  library.find(d.module_load_data, "cuModuleLoadData");
  library.find(d.module_get_function, "cuModuleGetFunction");
  library.find(d.launch_kernel, "cuLaunchKernel");
  library.find(d.memcpy_device_to_device, "cuMemcpyDtoDAsync_v2");
  library.find(d.event_create, "cuEventCreate");
  library.find(d.event_destroy, "cuEventDestroy_v2");
  library.find(d.event_record, "cuEventRecord");
  library.find(d.event_elapsed, "cuEventElapsedTime");
  return d;
}

}  // namespace

const Driver& driver() {
  static const Driver loaded = load();
  return loaded;
}

void require_device() {
  const Driver& d = driver();
  int count = 0;
  const char* name = "CUDA_ERROR_NO_DEVICE";
  if (const Result result = d.init(0); result != 0) {
    d.get_error_name(result, &name);
    throw no_device(fmt::format("NVIDIA's driver says {}", name));
  }
  if (d.device_get_count(&count) != 0 || count == 0) throw no_device("NVIDIA's driver knows none");
}

Error no_device(const std::string& reason) {
  return Error("--device", fmt::format("no cuda device is here ({}); use --device cpu", reason));
}

std::string gpu_name() {
  std::array<char, 128> name = {};  // a choice: a longer name is cut
  require(driver().device_get_name(name.data(), static_cast<int>(name.size()) - 1, 0), "its name is not known");
  return name.data();
}

std::string device_name() {
  int version = 0;
  require(driver().driver_get_version(&version), "the driver's version is not known");
  // CUDA writes version x.y as 1000 * x + 10 * y.
  return fmt::format("{}, driver for CUDA {}.{}", gpu_name(), version / 1000, version % 1000 / 10);
}

void require(Result result, const char* what) {
  if (result == 0) return;
  const char* name = nullptr;
  driver().get_error_name(result, &name);
  throw Error("device", fmt::format("{} ({})", what, name == nullptr ? std::to_string(result) : name));
}

}  // namespace nestwright::cuda
