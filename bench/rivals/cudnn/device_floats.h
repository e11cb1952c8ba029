#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/device/cuda_driver.h"

namespace nestwright::cudnn {

// float32 values in a device's memory, zeros at first.
class DeviceFloats {
 public:
  // `count` values on the device of the calling thread's context; copies go to `stream`. Throws Error where the device
  // has too little memory.
  DeviceFloats(std::size_t count, cuda::Stream stream);
  ~DeviceFloats();
  DeviceFloats(const DeviceFloats&) = delete;
  DeviceFloats& operator=(const DeviceFloats&) = delete;

  std::size_t count() const { return count_; }
  // The address in the device's memory: a multiple of 256 bytes, as cuMemAlloc gives it.
  cuda::Address address() const { return address_; }

  // Copies all values to the device or from it, and waits until that is done. Throw Error.
  void upload(std::span<const float> values);
  std::vector<float> download() const;

 private:
  std::size_t count_;
  cuda::Stream stream_;
  cuda::Address address_ = 0;
};

}  // namespace nestwright::cudnn
