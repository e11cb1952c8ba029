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

// Calls that are timed as one: the clock's resolution, half a microsecond, is then small beside what is timed.
inline constexpr int calls_of_time = 20;

// Lenet5 on a device, on random images that lie there. Times are by the device's clock, of calls that follow each other
// without the host waiting.
class DeviceBench {
 public:
  // `target`: "cuda" or "opencl". The provider must outlive it. Throws Error where there is no such device.
  DeviceBench(const KernelProvider& provider, const std::string& target);

  // Subjects at each batch size: a training step with Adadelta, once with the copies of image numbers, labels and
  // losses and once without, as rivals have no such copies; and an inference from pixels to logits.
  std::vector<Subject> steps(const std::vector<std::int64_t>& batches) const;
  // Subjects at each batch size: each kernel of a training step by itself.
  std::vector<Subject> kernels(const std::vector<std::int64_t>& batches) const;

  // Takes one training step on `batch` images.
  void take_step(std::int64_t batch) const { session_->step(first_images(batch), learning_rate); }

  DeviceQueue& queue() const { return session_->queue(); }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::shared_ptr<DeviceSession> session_;
  std::shared_ptr<DeviceTimer> timer_;
};

}  // namespace nestwright::bench
