#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "model/device/cuda_branches.h"
#include "model/device/cuda_graph.h"
#include "model/device/device_memory.h"

namespace nestwright {

// What a step gave a device to do: on CUDA a graph, which is launched again as a whole.
class RecordedStep {
 public:
  // Whether the device was given it at least once.
  bool has_run() const { return has_run_; }

 private:
  friend class DeviceQueue;
  bool has_run_ = false;
  std::vector<float> scalars_;                  // that the graph was recorded with
  std::unique_ptr<cuda::RecordedGraph> graph_;  // null until it is recorded
};

// The work of a device, in order. On CUDA everything goes through one stream, and calls may return before it is done;
// elsewhere each waits.
class DeviceQueue {
 public:
  // Throws Error where there is no such device.
  DeviceQueue(const KernelProvider& provider, const std::string& target);

  const halide_device_interface_t* device() const { return device_; }

  // Throws Error where it is not CUDA's.
  cuda::Stream cuda_stream() const;

  // Host memory that stays where it is, from and to which the device copies by itself; zeros at first.
  using HostMemory = std::unique_ptr<void, std::function<void(void*)>>;
  HostMemory host_memory(std::size_t bytes) const;

  // `host` lies in host_memory(), and stays as it is until finish(). A download within issue_beside() goes on its
  // node's branch.
  void upload(DevicePart& part, const void* host);
  void download(DevicePart& part, void* host);
  // An upload that goes on beside what the queue does, once what take_over() took from `part` before is taken.
  void upload_beside(DevicePart& part, const void* host);
  // Copies what upload_beside() brought, when it is there, to `to`, of the same size.
  void take_over(DevicePart& part, DevicePart& to);
  // Waits until all of the queue is done. Throws Error.
  void finish();

  // Does what `issue` gives the queue to do. The second time it is recorded, and from then on launched as a whole, for
  // as long as `scalars`, the numbers that kernels were given by value, stay the same; then it is recorded anew.
  void run(RecordedStep& step, std::span<const float> scalars, const std::function<void()>& issue);

  // Within `issue` of run(): gives the queue each node's work, kernels or downloads, by `issue_node`, on its branch
  // beside others where it is recorded, else one after another.
  void issue_beside(const std::vector<BranchPlace>& places, const std::function<void(std::size_t)>& issue_node);

  // Seconds that the device takes for what `work` gives it to do, by its own clock where it is CUDA's.
  double time(const std::function<void()>& work);

 private:
  // The second stream of upload_beside(), which waits for what was taken, as the first does for what was brought.
  struct Beside {
    cuda::OwnStream stream;
    cuda::StreamEvent brought{cuda::event_without_time}, taken{cuda::event_without_time};
  };
  Beside& beside();

  cuda::Stream stream_ = nullptr;  // null: not CUDA
  bool is_recording_ = false;
  std::unique_ptr<cuda::Branches> branches_;  // from when something is recorded
  std::unique_ptr<Beside> beside_;            // from when it is first asked for
  const halide_device_interface_t* device_;
};

}  // namespace nestwright
