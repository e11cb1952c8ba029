#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include "model/device/device_memory.h"
#include "model/device/device_queue.h"

namespace nestwright {

// What the host sends with every run: tensors that lie one after another, here and on the device, so that one copy
// takes them all there.
class SentMemory {
 public:
  // `bytes`: of each tensor. The queue must outlive it.
  SentMemory(DeviceQueue& queue, const std::vector<std::size_t>& bytes);

  // There, and here: zeros at first, to be changed when the queue has finished.
  const DevicePart& part(std::size_t tensor) const { return parts_[tensor]; }
  template <typename Value>
  std::span<Value> values(std::size_t tensor) const {
    return {static_cast<Value*>(host(tensor)), parts_[tensor].bytes() / sizeof(Value)};
  }

  // Gives the queue the copy.
  void send() { queue_->upload(all_, host_.get()); }

 private:
  void* host(std::size_t tensor) const { return static_cast<std::byte*>(host_.get()) + offsets_[tensor]; }

  DeviceQueue* queue_;
  std::vector<std::size_t> offsets_;
  DeviceMemory memory_;
  DevicePart all_;
  std::deque<DevicePart> parts_;
  DeviceQueue::HostMemory host_;
};

}  // namespace nestwright
