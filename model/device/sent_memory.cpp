#include "model/device/sent_memory.h"

namespace nestwright {
namespace {

// The offset of each tensor in bytes, a multiple of device_alignment, and as the last element the end of them all.
std::vector<std::size_t> offsets_of(const std::vector<std::size_t>& bytes) {
  std::vector<std::size_t> offsets = {0};
  for (const std::size_t each : bytes) {
    offsets.push_back(offsets.back() + (each + device_alignment - 1) / device_alignment * device_alignment);
  }
  return offsets;
}

}  // namespace

SentMemory::SentMemory(DeviceQueue& queue, const std::vector<std::size_t>& bytes)
    : queue_(&queue),
      offsets_(offsets_of(bytes)),
      memory_(queue.device(), offsets_.back()),
      all_(memory_, 0, memory_.bytes()),
      host_(queue.host_memory(memory_.bytes())) {
  for (std::size_t i = 0; i < bytes.size(); ++i) parts_.emplace_back(memory_, offsets_[i], bytes[i]);
}

}  // namespace nestwright
