#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/data/dataset.h"
#include "model/device/device_memory.h"
#include "model/device/device_queue.h"

namespace nestwright {

// Brings the images of one batch after another to a device, for a data set that is too large for its memory. While a
// step computes, the next batch is gathered on the host, in pinned memory, and copied to the device beside the step.
class ImageStream {
 public:
  // For batches of at most `count` images. The queue and the images must outlive it.
  ImageStream(DeviceQueue& queue, const LabelledImages& images, std::int64_t count);

  // The pixels of the batch in use, (x, y, image), which kernels read.
  const DeviceMemory& batch() const { return batch_; }
  // The most images that a batch may have.
  std::int64_t count() const { return count_; }

  // Begins to bring the images `indices` to the device.
  void fetch(std::span<const std::int32_t> indices);
  // Makes the images `indices` the batch in use, for what the queue is given next. Fetches them first unless the last
  // fetch() was of them.
  void use(std::span<const std::int32_t> indices);

 private:
  DeviceQueue* queue_;
  const LabelledImages* images_;
  std::int64_t count_;
  std::size_t image_bytes_;
  DeviceMemory batch_, incoming_;
  DevicePart batch_part_, incoming_part_;
  // Two host memories in turn: one batch may still be on its way when the next is gathered.
  std::array<DeviceQueue::HostMemory, 2> gathered_;
  std::size_t next_ = 0;               // which of the two is filled next
  std::vector<std::int32_t> fetched_;  // the images that are in incoming_, or on their way there
};

}  // namespace nestwright
