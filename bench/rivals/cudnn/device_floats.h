#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/device/cuda_driver.h"

namespace nestwright::cudnn {

// float32 values in a device's memory, zeros at first; copies wait until they are done.
class DeviceFloats {
 public:
  // On the device of the calling thread's context. Throws Error where it has no room.
  DeviceFloats(std::size_t count, cuda::Stream stream);
  ~DeviceFloats();
  DeviceFloats(const DeviceFloats&) = delete;
  DeviceFloats& operator=(const DeviceFloats&) = delete;

  std::size_t count() const { return count_; }
  // A multiple of 256 bytes, as cuMemAlloc gives it.
  cuda::Address address() const { return address_; }

  // All of them. Throw Error.
  void upload(std::span<const float> values);
  std::vector<float> download() const;

 private:
  std::size_t count_;
  cuda::Stream stream_;
  cuda::Address address_ = 0;
};

}  // namespace nestwright::cudnn
