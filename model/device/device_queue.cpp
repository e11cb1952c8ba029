#include "model/device/device_queue.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "model/device/cuda_context.h"
#include "support/error.h"

namespace nestwright {
namespace {

// A copy of the rows of `part`, which lie one after another on the host. The caller fills in where the copy begins and
// ends, and the device's pitch.
cuda::Copy2d copy_of(const DevicePart& part) {
  return {.source_pitch = part.row_bytes(),
          .destination_pitch = part.row_bytes(),
          .width = part.row_bytes(),
          .height = part.rows()};
}

void start_upload(const DevicePart& part, const void* host, cuda::Stream stream) {
  cuda::Copy2d copy = copy_of(part);
  copy.source_type = cuda::memory_of_host;
  copy.source_host = host;
  copy.destination_type = cuda::memory_of_device;
  copy.destination_device = part.handle();
  copy.destination_pitch = part.pitch();
  cuda::require(cuda::driver().memcpy_2d_async(&copy, stream), "can't be copied to");
}

// A flag that is true for as long as this lives.
class Raised {
 public:
  explicit Raised(bool& flag) : flag_(&flag) { flag = true; }
  ~Raised() { *flag_ = false; }
  Raised(const Raised&) = delete;
  Raised& operator=(const Raised&) = delete;

 private:
  bool* flag_;
};

}  // namespace

DeviceQueue::DeviceQueue(const KernelProvider& provider, const std::string& target)
    : stream_(target == "cuda" ? cuda::open_stream(provider) : nullptr), device_(provider.device(target)) {
  require_device(device_, target);
}

cuda::Stream DeviceQueue::cuda_stream() const {
  if (stream_ == nullptr) throw Error("device", "is not CUDA's");
  return stream_;
}

DeviceQueue::HostMemory DeviceQueue::host_memory(std::size_t bytes) const {
  void* memory = nullptr;
  if (stream_ == nullptr) {
    memory = ::operator new(bytes);
    std::memset(memory, 0, bytes);
    return {memory, [](void* taken) { ::operator delete(taken); }};
  }
  cuda::require(cuda::driver().memory_host_alloc(&memory, bytes, 0), "no memory of the host can be pinned");
  std::memset(memory, 0, bytes);
  return {memory, [](void* taken) { cuda::driver().memory_host_free(taken); }};
}

void DeviceQueue::upload(DevicePart& part, const void* host) {
  if (stream_ == nullptr) return part.upload(host);
  start_upload(part, host, stream_);
}

DeviceQueue::Beside& DeviceQueue::beside() {
  if (!beside_) beside_ = std::make_unique<Beside>();
  return *beside_;
}

void DeviceQueue::upload_beside(DevicePart& part, const void* host) {
  if (stream_ == nullptr) return part.upload(host);
  const cuda::Stream stream = beside().stream.get();
  beside().taken.hold_up(stream);
  start_upload(part, host, stream);
  beside().brought.record(stream);
}

void DeviceQueue::take_over(DevicePart& part, DevicePart& to) {
  if (stream_ == nullptr) return part.copy_to(to);
  beside().brought.hold_up(stream_);
  cuda::require(cuda::driver().memcpy_device_to_device(to.handle(), part.handle(), part.bytes(), stream_),
                "can't be copied within");
  beside().taken.record(stream_);
}

void DeviceQueue::download(DevicePart& part, void* host) {
  if (stream_ == nullptr) return part.download(host);
  cuda::Copy2d copy = copy_of(part);
  copy.source_type = cuda::memory_of_device;
  copy.source_device = part.handle();
  copy.source_pitch = part.pitch();
  copy.destination_type = cuda::memory_of_host;
  copy.destination_host = host;
  cuda::require(cuda::driver().memcpy_2d_async(&copy, cuda::current_stream()), "can't be copied from");
}

void DeviceQueue::finish() {
  if (stream_ != nullptr) cuda::finish(stream_);
}

void DeviceQueue::run(RecordedStep& step, std::span<const float> scalars, const std::function<void()>& issue) {
  // The first run can't be recorded, because Halide's runtime loads the kernels.
  if (stream_ == nullptr || !step.has_run_) {
    issue();
    step.has_run_ = true;
    return;
  }
  if (step.graph_ == nullptr || !std::ranges::equal(step.scalars_, scalars)) {
    const Raised recording(is_recording_);
    step.graph_ = std::make_unique<cuda::RecordedGraph>(stream_, issue);
    step.scalars_.assign(scalars.begin(), scalars.end());
  }
  step.graph_->launch(stream_);
}

void DeviceQueue::issue_beside(const std::vector<BranchPlace>& places,
                               const std::function<void(std::size_t)>& issue_node) {
  if (!is_recording_) {
    for (std::size_t node = 0; node < places.size(); ++node) issue_node(node);
    return;
  }
  if (!branches_) branches_ = std::make_unique<cuda::Branches>(stream_);
  branches_->issue(places, issue_node);
}

double DeviceQueue::time(const std::function<void()>& work) {
  if (stream_ != nullptr) return cuda::device_seconds(stream_, work);
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace nestwright
