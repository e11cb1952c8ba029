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

// A step that a DeviceQueue runs again and again: on CUDA it is recorded as a graph, which is launched as a whole.
class RecordedStep {
 public:
  // Whether the device was given the step at least once.
  bool has_run() const { return has_run_; }

 private:
  friend class DeviceQueue;
  bool has_run_ = false;
  std::vector<float> scalars_;                  // the numbers given by value that the graph was recorded with
  std::unique_ptr<cuda::RecordedGraph> graph_;  // null until it is recorded
};

// Gives a device its work in order. On CUDA everything goes through one stream, and calls may return before the work is
// done; on other devices each call waits for it.
class DeviceQueue {
 public:
  // Throws Error where there is no such device.
  DeviceQueue(const KernelProvider& provider, const std::string& target);

  const halide_device_interface_t* device() const { return device_; }

  // The stream that everything goes through. Throws Error where the device is not CUDA's.
  cuda::Stream cuda_stream() const;

  // Host memory for copies from and to the device, zeros at first. On CUDA it is pinned, so that the device copies
  // while the host goes on.
  using HostMemory = std::unique_ptr<void, std::function<void(void*)>>;
  HostMemory host_memory(std::size_t bytes) const;

  // Copy all of `part` from or to `host`, which lies in host_memory() and must be left alone until finish(). A download
  // within issue_beside() goes to its node's branch.
  void upload(DevicePart& part, const void* host);
  void download(DevicePart& part, void* host);
  // An upload beside the queue's other work. It begins when the take_over() before it, if any, has copied `part`.
  void upload_beside(DevicePart& part, const void* host);
  // Copies `part` to `to`, of the same size, once the upload_beside() before it is done.
  void take_over(DevicePart& part, DevicePart& to);
  // Waits until all of the queue's work is done. Throws Error when it has failed.
  void finish();

  // Runs the work that `issue` gives the queue. On CUDA, the second run of a step records that work, and launches the
  // record as a whole, as later runs do for as long as `scalars`, the numbers that kernels are given by value, stay the
  // same; when they change, the work is recorded anew.
  void run(RecordedStep& step, std::span<const float> scalars, const std::function<void()>& issue);

  // To be called within `issue` of run(): calls `issue_node`, which gives the queue a node's work, a kernel or a
  // download, for each node of `places`. While work is recorded, each node goes to its branch, beside others; otherwise
  // they run one after another.
  void issue_beside(const std::vector<BranchPlace>& places, const std::function<void(std::size_t)>& issue_node);

  // The seconds that the device takes for what `work` gives it to do: by the device's own clock on CUDA, else by the
  // host's.
  double time(const std::function<void()>& work);

 private:
  // The second stream, of upload_beside(), and the ends of its last upload (`brought`), for which the queue's stream
  // waits, and of the last take_over() (`taken`), for which this one waits.
  struct Beside {
    cuda::OwnStream stream;
    cuda::StreamEvent brought{cuda::event_without_time}, taken{cuda::event_without_time};
  };
  Beside& beside();

  cuda::Stream stream_ = nullptr;  // null: not CUDA
  bool is_recording_ = false;
  std::unique_ptr<cuda::Branches> branches_;  // null until something is recorded
  std::unique_ptr<Beside> beside_;            // null until beside() is first called
  const halide_device_interface_t* device_;
};

}  // namespace nestwright
