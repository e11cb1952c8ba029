#pragma once

#include <HalideRuntime.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "ops/signature/bias_place.h"

namespace nestwright {

// Where parts of a device's memory may begin, in bytes.
inline constexpr std::size_t device_alignment = part_alignment * sizeof(float);

// Throws Error, in one line, where the device's driver can't be loaded or there is none. `target`: "opencl" or "cuda".
void require_device(const halide_device_interface_t* device, const std::string& target);

// Bytes on a device, by way of Halide's runtime.
class DeviceMemory {
 public:
  // Throws Error where the device has not as many.
  DeviceMemory(const halide_device_interface_t* device, std::size_t bytes);
  // Null where the device has not as many.
  static std::unique_ptr<DeviceMemory> where_there_is_room(const halide_device_interface_t* device, std::size_t bytes);
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  const halide_device_interface_t* device() const { return buffer_.device_interface; }
  std::size_t bytes() const { return static_cast<std::size_t>(dimension_.extent); }

 private:
  friend class DevicePart;
  DeviceMemory() = default;
  // Halide's error code.
  int allocate(const halide_device_interface_t* device, std::size_t bytes);

  halide_dimension_t dimension_ = {};
  halide_buffer_t buffer_ = {};
};

// A part of a device's memory, which must outlive it. Copies wait until they are done.
class DevicePart {
 public:
  // `offset` is a multiple of device_alignment. Throws Error.
  DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes);
  // `rows` times `bytes`, `pitch` bytes apart.
  DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes, std::size_t rows, std::size_t pitch);
  ~DevicePart();
  DevicePart(const DevicePart&) = delete;
  DevicePart& operator=(const DevicePart&) = delete;

  // What a kernel's buffer takes as its device's memory.
  std::uint64_t handle() const { return buffer_.device; }
  std::size_t row_bytes() const { return static_cast<std::size_t>(rows_[0].extent); }
  std::size_t rows() const { return static_cast<std::size_t>(rows_[1].extent); }
  std::size_t pitch() const { return static_cast<std::size_t>(rows_[1].stride); }
  // Without what lies between rows.
  std::size_t bytes() const { return row_bytes() * rows(); }

  // All of it, from or to the host, where rows lie one after another. Throws Error.
  void upload(const void* from);
  void download(void* to);
  // All of it to another of the same size, on the same device. Throws Error.
  void copy_to(DevicePart& other);

 private:
  // The same bytes on the host.
  halide_buffer_t on_host(void* memory, std::array<halide_dimension_t, 2>& dimensions) const;

  halide_dimension_t dimension_ = {};
  std::array<halide_dimension_t, 2> rows_ = {};
  halide_buffer_t buffer_ = {};  // all, with what lies between
};

}  // namespace nestwright
