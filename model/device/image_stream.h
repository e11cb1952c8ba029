#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/data/dataset.h"
#include "model/device/device_memory.h"
#include "model/device/device_queue.h"

namespace nestwright {

// The images of one batch after another on a device, for a data set that is too large to lie there. While a step
// computes, the next batch is gathered on the host, into pinned memory, and copied beside it.
class ImageStream {
 public:
  // Of at most `count` images. The queue and the images must outlive it.
  ImageStream(DeviceQueue& queue, const LabelledImages& images, std::int64_t count);

  // (x, y, image) of the batch: what its kernels read.
  const DeviceMemory& batch() const { return batch_; }
  std::int64_t count() const { return count_; }

  // Begins to bring these images.
  void fetch(std::span<const std::int32_t> indices);
  // Gives the queue the batch of these images: those that were fetched, or else they are fetched now.
  void use(std::span<const std::int32_t> indices);

 private:
  DeviceQueue* queue_;
  const LabelledImages* images_;
  std::int64_t count_;
  std::size_t image_bytes_;
  DeviceMemory batch_, incoming_;
  DevicePart batch_part_, incoming_part_;
  // Two in turn: one may still be on its way when the next is gathered.
  std::array<DeviceQueue::HostMemory, 2> gathered_;
  std::size_t next_ = 0;
  std::vector<std::int32_t> fetched_;  // what is in incoming_, or on its way there
};

}  // namespace nestwright
