#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include "model/device/device_memory.h"
#include "model/device/device_queue.h"

namespace nestwright {

// The tensors that the host sends to a device with every run. They lie one after another on both sides, so that one
// copy sends them all.
class SentMemory {
 public:
  // `bytes` holds the size of each tensor. The queue must outlive this.
  SentMemory(DeviceQueue& queue, const std::vector<std::size_t>& bytes);

  // A tensor's memory on the device, and its values on the host, which are zeros at first. Values may be changed only
  // when the queue has finished (DeviceQueue::finish()).
  const DevicePart& part(std::size_t tensor) const { return parts_[tensor]; }
  template <typename Value>
  std::span<Value> values(std::size_t tensor) const {
    return {static_cast<Value*>(host(tensor)), parts_[tensor].bytes() / sizeof(Value)};
  }

  // Gives the queue the copy of all tensors to the device.
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
