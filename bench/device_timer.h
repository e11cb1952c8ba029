#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>

#include "model/device/device_session.h"

namespace nestwright::bench {

// The seconds that the device takes for one of `times` runs of what `issue` gives the queue, by DeviceQueue::run() and
// one after another without the host waiting. It is recorded as `step` beforehand, with `scalars`, the numbers that
// kernels are given by value.
double time_recorded(DeviceQueue& queue, RecordedStep& step, std::span<const float> scalars,
                     const std::function<void()>& issue, int times);

// Times a session's training steps, their nodes and inferences by the device's clock. `indices` are the numbers of the
// batch's images in the training set, which lie on the device. Each function gives the seconds of one of `times` runs
// that follow each other. What is timed is recorded once for each number of blocks, and kept. All throw Error, which
// names the kernel, where the device can't run one.
class DeviceTimer {
 public:
  // The session must outlive it.
  explicit DeviceTimer(DeviceSession& session) : session_(&session) {}

  // A training step, which changes the weights. Without its copies to the device and back it is the kernels alone.
  double time_step(std::span<const std::int32_t> indices, double learning_rate, int times, bool with_copies = true);
  // An inference, from pixels to logits.
  double time_inference(std::span<const std::int32_t> indices, int times);
  // One node of a training step by itself: that with the number `index` in DeviceProgram::graph().
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
