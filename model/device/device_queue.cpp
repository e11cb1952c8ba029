#include "model/device/device_queue.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "error/error.h"

namespace nestwright {
namespace {

// Rows of `part` between the device and the host, where they lie one after another.
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

}  // namespace

RecordedStep::~RecordedStep() {
  if (graph_ != nullptr) cuda::driver().graph_exec_destroy(graph_);
}

DeviceQueue::DeviceQueue(const KernelProvider& provider, const std::string& target)
    : cuda_(target == "cuda" ? std::make_unique<cuda::StreamContext>(provider) : nullptr),
      device_(provider.device(target)) {
  require_device(device_, target);
}

cuda::Stream DeviceQueue::cuda_stream() const {
  if (cuda_ == nullptr) throw Error("device", "is not CUDA's");
  return cuda_->stream();
}

DeviceQueue::HostMemory DeviceQueue::host_memory(std::size_t bytes) const {
  void* memory = nullptr;
  if (cuda_ == nullptr) {
    memory = ::operator new(bytes);
    std::memset(memory, 0, bytes);
    return {memory, [](void* taken) { ::operator delete(taken); }};
  }
  cuda::require(cuda::driver().memory_host_alloc(&memory, bytes, 0), "no memory of the host can be pinned");
  std::memset(memory, 0, bytes);
  return {memory, [](void* taken) { cuda::driver().memory_host_free(taken); }};
}

void DeviceQueue::upload(DevicePart& part, const void* host) {
  if (cuda_ == nullptr) return part.upload(host);
  start_upload(part, host, cuda_->stream());
}

DeviceQueue::Beside::Beside() {
  const cuda::Driver& d = cuda::driver();
  cuda::require(d.stream_create(&stream, cuda::stream_non_blocking), "has no second stream left");
  cuda::require(d.event_create(&brought, cuda::event_without_time), "has no event left");
  cuda::require(d.event_create(&taken, cuda::event_without_time), "has no event left");
}

DeviceQueue::Beside::~Beside() {
  const cuda::Driver& d = cuda::driver();
  d.event_destroy(brought);
  d.event_destroy(taken);
  d.stream_destroy(stream);
}

DeviceQueue::Beside& DeviceQueue::beside() {
  if (!beside_) beside_ = std::make_unique<Beside>();
  return *beside_;
}

void DeviceQueue::upload_beside(DevicePart& part, const void* host) {
  if (cuda_ == nullptr) return part.upload(host);
  const cuda::Driver& d = cuda::driver();
  // An event that was never recorded holds nobody up.
  cuda::require(d.stream_wait_event(beside().stream, beside().taken, 0), "its streams can't wait for each other");
  start_upload(part, host, beside().stream);
  cuda::require(d.event_record(beside().brought, beside().stream), "its streams can't wait for each other");
}

void DeviceQueue::take_over(DevicePart& part, DevicePart& to) {
  if (cuda_ == nullptr) return part.copy_to(to);
  const cuda::Driver& d = cuda::driver();
  cuda::require(d.stream_wait_event(cuda_->stream(), beside().brought, 0), "its streams can't wait for each other");
  cuda::require(d.memcpy_device_to_device(to.handle(), part.handle(), part.bytes(), cuda_->stream()),
                "can't be copied within");
  cuda::require(d.event_record(beside().taken, cuda_->stream()), "its streams can't wait for each other");
}

void DeviceQueue::download(DevicePart& part, void* host) {
  if (cuda_ == nullptr) return part.download(host);
  cuda::Copy2d copy = copy_of(part);
  copy.source_type = cuda::memory_of_device;
  copy.source_device = part.handle();
  copy.source_pitch = part.pitch();
  copy.destination_type = cuda::memory_of_host;
  copy.destination_host = host;
  cuda::require(cuda::driver().memcpy_2d_async(&copy, cuda_->stream()), "can't be copied from");
}

void DeviceQueue::finish() {
  if (cuda_ != nullptr) cuda::require(cuda::driver().stream_synchronize(cuda_->stream()), "stopped working");
}

void DeviceQueue::record(RecordedStep& step, const std::function<void()>& issue) {
  const cuda::Driver& d = cuda::driver();
  cuda::Graph graph = nullptr;
  cuda::require(d.stream_begin_capture(cuda_->stream(), cuda::capture_thread_local), "a step can't be recorded");
  try {
    issue();
  } catch (...) {
    // The stream is of no use before its capture ends.
    if (d.stream_end_capture(cuda_->stream(), &graph) == 0 && graph != nullptr) d.graph_destroy(graph);
    throw;
  }
  cuda::require(d.stream_end_capture(cuda_->stream(), &graph), "a step can't be recorded");
  if (step.graph_ != nullptr) d.graph_exec_destroy(step.graph_);
  step.graph_ = nullptr;
  const cuda::Result result = d.graph_instantiate(&step.graph_, graph, 0);
  d.graph_destroy(graph);
  cuda::require(result, "a recorded step can't be made ready");
}

void DeviceQueue::run(RecordedStep& step, std::span<const float> scalars, const std::function<void()>& issue) {
  // The first time, Halide's runtime loads its kernels: that can't be recorded.
  if (cuda_ == nullptr || !step.has_run_) {
    issue();
    step.has_run_ = true;
    return;
  }
  if (step.graph_ == nullptr || !std::ranges::equal(step.scalars_, scalars)) {
    record(step, issue);
    step.scalars_.assign(scalars.begin(), scalars.end());
  }
  cuda::require(cuda::driver().graph_launch(step.graph_, cuda_->stream()), "a recorded step can't be started");
  ++launches_;
}

double DeviceQueue::time(const std::function<void()>& work) {
  finish();
  if (cuda_ == nullptr) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  const cuda::Driver& d = cuda::driver();
  cuda::Event start = nullptr, end = nullptr;
  cuda::require(d.event_create(&start, 0), "a time can't be taken");
  cuda::require(d.event_create(&end, 0), "a time can't be taken");
  cuda::require(d.event_record(start, cuda_->stream()), "a time can't be taken");
  work();
  cuda::require(d.event_record(end, cuda_->stream()), "a time can't be taken");
  finish();
  float milliseconds = 0.0F;
  cuda::require(d.event_elapsed(&milliseconds, start, end), "a time can't be taken");
  d.event_destroy(start);
  d.event_destroy(end);
  return 1e-3 * static_cast<double>(milliseconds);
}

double DeviceQueue::time_recorded(RecordedStep& step, std::span<const float> scalars,
                                  const std::function<void()>& issue, int times) {
  // Kernels are loaded, and the step is recorded.
  for (int i = 0; i < 2; ++i) run(step, scalars, issue);
  const double seconds = time([&] {
    for (int i = 0; i < times; ++i) run(step, scalars, issue);
  });
  return seconds / times;
}

}  // namespace nestwright
