#pragma once

#include <HalideRuntime.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "ops/signature/bias_place.h"

namespace nestwright {

// Parts of a device's memory begin at multiples of so many bytes.
inline constexpr std::size_t device_alignment = part_alignment * sizeof(float);

// Throws Error, in one line, where the device's driver can't be loaded or there is none. `target`: "opencl" or "cuda".
void require_device(const halide_device_interface_t* device, const std::string& target);

// Memory on a device, allocated by Halide's runtime.
class DeviceMemory {
 public:
  // Throws Error where the device has not so much left, or for 2 GiB or more.
  DeviceMemory(const halide_device_interface_t* device, std::size_t bytes);
  // The same, but null where the device has not so much left.
  static std::unique_ptr<DeviceMemory> where_there_is_room(const halide_device_interface_t* device, std::size_t bytes);
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  const halide_device_interface_t* device() const { return buffer_.device_interface; }
  std::size_t bytes() const { return static_cast<std::size_t>(dimension_.extent); }

 private:
  friend class DevicePart;
  DeviceMemory() = default;
  // Gives Halide's error code: 0 for success.
  int allocate(const halide_device_interface_t* device, std::size_t bytes);

  halide_dimension_t dimension_ = {};
  halide_buffer_t buffer_ = {};
};

// A part of a device's memory, which must outlive it: one row of bytes, or several. Its copies return when they are
// done.
class DevicePart {
 public:
  // One row of `bytes` bytes that begins at byte `offset`, a multiple of device_alignment. Throws Error when it does
  // not lie in `memory`.
  DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes);
  // `rows` rows of `bytes` bytes, whose beginnings are `pitch` bytes apart.
  DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes, std::size_t rows, std::size_t pitch);
  ~DevicePart();
  DevicePart(const DevicePart&) = delete;
  DevicePart& operator=(const DevicePart&) = delete;

  // What a kernel's buffer takes as its memory on the device.
  std::uint64_t handle() const { return buffer_.device; }
  std::size_t row_bytes() const { return static_cast<std::size_t>(rows_[0].extent); }
  std::size_t rows() const { return static_cast<std::size_t>(rows_[1].extent); }
  std::size_t pitch() const { return static_cast<std::size_t>(rows_[1].stride); }
  // Bytes of all rows, without what lies between them.
  std::size_t bytes() const { return row_bytes() * rows(); }

  // Copy all rows from or to the host, where they lie one after another. Throw Error when that fails.
  void upload(const void* from);
  void download(void* to);
  // Copies all rows to another part of the same size, on the same device. Throws Error when that fails.
  void copy_to(DevicePart& other);

 private:
  // A buffer of the same rows at `memory` on the host, one after another. It points to `dimensions`.
  halide_buffer_t on_host(void* memory, std::array<halide_dimension_t, 2>& dimensions) const;

  halide_dimension_t dimension_ = {};
  std::array<halide_dimension_t, 2> rows_ = {};
  halide_buffer_t buffer_ = {};  // from the first row to the last, with what lies between
};

}  // namespace nestwright
