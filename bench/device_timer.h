#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>

#include "model/device/device_session.h"

namespace nestwright::bench {

// Seconds that the device takes for one of `times` runs of `issue` by DeviceQueue::run(), one after another without the
// host waiting, when it has been recorded as `step`.
double time_recorded(DeviceQueue& queue, RecordedStep& step, std::span<const float> scalars,
                     const std::function<void()>& issue, int times);

// Times what a session's training consists of, by its device's clock, each on the same images of its training set,
// which lie on the device. What is timed is recorded once for a number of blocks, and kept. Times are the seconds of
// one of `times` runs that follow each other. Throws Error that names a kernel that the device does not take.
class DeviceTimer {
 public:
  // The session must outlive it.
  explicit DeviceTimer(DeviceSession& session) : session_(&session) {}

  // A step. Without its copies to the device and back, it is the kernels alone. The weights change.
  double time_step(std::span<const std::int32_t> indices, double learning_rate, int times, bool with_copies = true);
  // An inference, from pixels to logits.
  double time_inference(std::span<const std::int32_t> indices, int times);
  // One node of a step, `index` of DeviceProgram::graph(), by itself.
  double time_node(std::size_t index, std::span<const std::int32_t> indices, int times);

 private:
  struct Inference {
    std::unique_ptr<DeviceSession::Compiled> compiled;
    RecordedStep recorded;
  };
  struct NodeRuns {
    std::int64_t blocks;
    std::size_t index;
    int times;

    friend auto operator<=>(const NodeRuns&, const NodeRuns&) = default;
  };

  DeviceSession* session_;
  std::map<std::int64_t, RecordedStep> without_copies_;  // by the number of blocks
  std::map<std::size_t, Inference> inferences_;          // by the number of images
  std::map<NodeRuns, RecordedStep> nodes_;
};

}  // namespace nestwright::bench
