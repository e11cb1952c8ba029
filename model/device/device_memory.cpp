#include "model/device/device_memory.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <limits>

#include "generators/kernel_interface/kernel_error.h"
#include "support/error.h"

namespace nestwright {
namespace {

halide_buffer_t bytes_along(halide_dimension_t& dimension) {
  halide_buffer_t buffer = {};
  buffer.type = {halide_type_uint, 8};
  buffer.dimensions = 1;
  buffer.dim = &dimension;
  return buffer;
}

void require(int code, const char* what) {
  if (code == 0) return;
  const std::string message = take_kernel_error();
  throw Error("device", fmt::format("{} (code {}){}{}", what, code, message.empty() ? "" : ": ", message));
}

}  // namespace

void require_device(const halide_device_interface_t* device, const std::string& target) {
  // Halide looks for libOpenCL.so, which only development packages have, unless its symbols are there already.
  if (target == "opencl") dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_GLOBAL);
  halide_dimension_t dimension = {0, 1, 1};
  halide_buffer_t probe = bytes_along(dimension);
  if (const int code = device->device_malloc(nullptr, &probe, device); code != 0) {
    const std::string message = take_kernel_error();
    throw Error("--device", fmt::format("no {} device is here{}; use --device cpu", target,
                                        message.empty() ? "" : fmt::format(" ({})", message)));
  }
  device->device_free(nullptr, &probe);
}

DeviceMemory::DeviceMemory(const halide_device_interface_t* device, std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw Error("device", fmt::format("{} MB are asked for at once; at most 2048 are possible: use a smaller batch",
                                      bytes >> 20U));
  }
  require(allocate(device, bytes),
          fmt::format("has no {} MB of memory left; use a smaller batch, or --device cpu", (bytes >> 20U) + 1).c_str());
}

int DeviceMemory::allocate(const halide_device_interface_t* device, std::size_t bytes) {
  dimension_ = {0, static_cast<std::int32_t>(bytes), 1};
  buffer_ = bytes_along(dimension_);
  return device->device_malloc(nullptr, &buffer_, device);
}

std::unique_ptr<DeviceMemory> DeviceMemory::where_there_is_room(const halide_device_interface_t* device,
                                                                std::size_t bytes) {
  std::unique_ptr<DeviceMemory> memory(new DeviceMemory);
  if (memory->allocate(device, bytes) == 0) return memory;
  take_kernel_error();
  return nullptr;
}

DeviceMemory::~DeviceMemory() {
  if (buffer_.device != 0) buffer_.device_interface->device_free(nullptr, &buffer_);
}

DevicePart::DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes)
    : DevicePart(memory, offset, bytes, 1, bytes) {}

DevicePart::DevicePart(const DeviceMemory& memory, std::size_t offset, std::size_t bytes, std::size_t rows,
                       std::size_t pitch)
    : dimension_{static_cast<std::int32_t>(offset), static_cast<std::int32_t>((rows - 1) * pitch + bytes), 1},
      rows_{{{0, static_cast<std::int32_t>(bytes), 1},
             {0, static_cast<std::int32_t>(rows), static_cast<std::int32_t>(pitch)}}},
      buffer_(bytes_along(dimension_)) {
  if (offset % device_alignment != 0 || offset + static_cast<std::size_t>(dimension_.extent) > memory.bytes()) {
    throw Error("device", fmt::format("{} bytes at {} are no part of its memory", dimension_.extent, offset));
  }
  require(memory.device()->device_crop(nullptr, &memory.buffer_, &buffer_), "can't give a part of its memory");
}

DevicePart::~DevicePart() { buffer_.device_interface->device_release_crop(nullptr, &buffer_); }

halide_buffer_t DevicePart::on_host(void* memory, std::array<halide_dimension_t, 2>& dimensions) const {
  dimensions = rows_;
  dimensions[1].stride = dimensions[0].extent;
  halide_buffer_t buffer = {};
  buffer.host = static_cast<std::uint8_t*>(memory);
  buffer.type = buffer_.type;
  buffer.dimensions = 2;
  buffer.dim = dimensions.data();
  return buffer;
}

void DevicePart::upload(const void* from) {
  std::array<halide_dimension_t, 2> dimensions = {}, rows = rows_;
  // Halide's buffers know no const; this one is only read.
  halide_buffer_t host = on_host(const_cast<void*>(from), dimensions);
  halide_buffer_t device = buffer_;
  device.dimensions = 2;
  device.dim = rows.data();
  require(device.device_interface->buffer_copy(nullptr, &host, device.device_interface, &device), "can't be copied to");
  require(device.device_interface->device_sync(nullptr, &device), "can't be waited for");
}

void DevicePart::download(void* to) {
  std::array<halide_dimension_t, 2> dimensions = {}, rows = rows_;
  halide_buffer_t host = on_host(to, dimensions);
  halide_buffer_t device = buffer_;
  device.dimensions = 2;
  device.dim = rows.data();
  // Marks the device's bytes as newer than the host's; otherwise halide_buffer_copy would copy the host's.
  device.flags = halide_buffer_flag_device_dirty;
  require(device.device_interface->buffer_copy(nullptr, &device, nullptr, &host), "can't be copied from");
}

void DevicePart::copy_to(DevicePart& other) {
  std::array<halide_dimension_t, 2> rows = rows_, rows_of_other = other.rows_;
  halide_buffer_t from = buffer_, to = other.buffer_;
  from.dimensions = to.dimensions = 2;
  from.dim = rows.data();
  to.dim = rows_of_other.data();
  from.flags = halide_buffer_flag_device_dirty;
  require(from.device_interface->buffer_copy(nullptr, &from, to.device_interface, &to), "can't be copied within");
  require(to.device_interface->device_sync(nullptr, &to), "can't be waited for");
}

}  // namespace nestwright
