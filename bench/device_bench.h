#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/device_timer.h"
#include "bench/measurement.h"
#include "bench/random_images.h"
#include "model/data/dataset.h"
#include "model/device/device_session.h"

namespace nestwright::bench {

// Calls that are timed together: enough for the clock's resolution, half a microsecond.
inline constexpr int calls_of_time = 20;
// Of timed steps: random labels are nothing to learn.
inline constexpr double learning_rate = 1e-4;

// Lenet5 on a device, at random images that lie there; times are by the device's clock, of many steps one after
// another.
class DeviceBench {
 public:
  // `target`: "cuda" or "opencl". The provider must outlive it. Throws Error where there is no such device.
  DeviceBench(const KernelProvider& provider, const std::string& target);

  // A training step with Adadelta, with the copies of image numbers, labels and losses and without (rivals have none),
  // and an inference from pixels to logits, at each batch size.
  std::vector<Subject> steps(const std::vector<std::int64_t>& batches) const;
  // Each kernel of a training step by itself, at each batch size.
  std::vector<Subject> kernels(const std::vector<std::int64_t>& batches) const;

  // One training step of so many images.
  void take_step(std::int64_t batch) const { session_->step(first_images(batch), learning_rate); }

  DeviceQueue& queue() const { return session_->queue(); }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::shared_ptr<DeviceSession> session_;
  std::shared_ptr<DeviceTimer> timer_;
};

}  // namespace nestwright::bench
