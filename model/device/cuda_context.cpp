#include "model/device/cuda_context.h"

#include <fmt/format.h>

#include <array>

namespace nestwright::cuda {
namespace {

// 10 * major + minor: the kernels' PTX is for this compute capability and newer.
constexpr int least_capability = 80;

// Globals, because Halide's runtime asks for context and stream by plain functions.
Context shared_context = nullptr;
Stream shared_stream = nullptr;
Stream kernel_stream = nullptr;  // a KernelStream's; null: kernels go to shared_stream

int acquire_context(void*, void** context, bool) {
  *context = shared_context;
  return 0;
}
int release_context(void*) { return 0; }
int get_stream(void*, void*, void** stream) {
  *stream = current_stream();
  return 0;
}

Device first_device() {
  require_device();
  Device device = 0;
  require(driver().device_get(&device, 0), "the first device can't be opened");
  return device;
}

void require_capability(Device device) {
  const Driver& d = driver();
  int major = 0, minor = 0;
  require(d.device_get_attribute(&major, capability_major, device), "its compute capability is not known");
  require(d.device_get_attribute(&minor, capability_minor, device), "its compute capability is not known");
  if (10 * major + minor >= least_capability) return;
  std::array<char, 128> name = {};  // a choice: a longer name is cut
  d.device_get_name(name.data(), static_cast<int>(name.size()) - 1, device);
  throw Error("--device", fmt::format("{} is too old: it has compute capability {}.{}, and the kernels need 8.0 or "
                                      "newer; use --device cpu",
                                      name.data(), major, minor));
}

}  // namespace

Stream open_stream() {
  const Device device = first_device();
  require_capability(device);
  const Driver& d = driver();
  if (shared_context == nullptr) require(d.primary_context_retain(&shared_context, device), "its context can't be had");
  require(d.context_set_current(shared_context), "its context can't be used");
  // One for the whole program: Halide's runtime keeps memory that it is given back for the stream that it was used on.
  if (shared_stream == nullptr) require(d.stream_create(&shared_stream, stream_non_blocking), "has no stream left");
  return shared_stream;
}

Stream open_stream(const KernelProvider& provider) {
  const Stream stream = open_stream();
  provider.use_cuda({.acquire_context = acquire_context, .release_context = release_context, .stream = get_stream});
  return stream;
}

Stream current_stream() { return kernel_stream != nullptr ? kernel_stream : shared_stream; }

KernelStream::KernelStream(Stream stream) : previous_(kernel_stream) { kernel_stream = stream; }

KernelStream::~KernelStream() { kernel_stream = previous_; }

}  // namespace nestwright::cuda
