#pragma once

#include <HalideRuntime.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace nestwright {

// Where parts of a device's memory may begin, in bytes: OpenCL's CL_DEVICE_MEM_BASE_ADDR_ALIGN is at most this.
inline constexpr std::size_t device_alignment = 512;

// Throws Error, in one line, where the device's driver can't be loaded or there is none. `target`: "opencl" or "cuda".
void require_device(const halide_device_interface_t* device, const std::string& target);

// Bytes on a device, by way of Halide's runtime.
class DeviceMemory {
 public:
  // Throws Error where the device has not as many.
  DeviceMemory(const halide_device_interface_t* device, std::size_t bytes);
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  const halide_device_interface_t* device() const { return buffer_.device_interface; }
  std::size_t bytes() const { return static_cast<std::size_t>(dimension_.extent); }

 private:
  friend class DevicePart;
  halide_dimension_t dimension_ = {};
  halide_buffer_t buffer_ = {};
};

// A part of a device's memory, which must outlive it. Copies wait until they are done.
class DevicePart {
 public:
  // `offset` is a multiple of device_alignment. Throws Error.
  DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes);
  ~DevicePart();
  DevicePart(const DevicePart&) = delete;
  DevicePart& operator=(const DevicePart&) = delete;

  // What a kernel's buffer takes as its device's memory.
  std::uint64_t handle() const { return buffer_.device; }
  std::size_t bytes() const { return static_cast<std::size_t>(dimension_.extent); }

  // All of it, from or to the host. Throws Error.
  void upload(const void* from);
  void download(void* to);

 private:
  halide_dimension_t dimension_ = {};
  halide_buffer_t buffer_ = {};
};

}  // namespace nestwright
