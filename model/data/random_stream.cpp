#include "model/data/random_stream.h"

#include <cmath>
#include <numbers>

#include "model/data/philox.h"

namespace nestwright {
namespace {

std::uint32_t low_half(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_half(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U); }

}  // namespace

std::uint32_t RandomStream::bits() {
  if (used_ == buffer_.size()) {
    buffer_ = philox4x32({low_half(block_), high_half(block_), low_half(stream_), high_half(stream_)},
                         {low_half(seed_), high_half(seed_)});
    ++block_;
    used_ = 0;
  }
  return buffer_[used_++];
}

float RandomStream::between(float low, float high) {
  return low + (high - low) * (static_cast<float>(bits() >> 8U) * 0x1p-24F);
}

float RandomStream::normal(float mean, float deviation) {
  const float radius = std::sqrt(-2.0F * std::log(static_cast<float>((bits() >> 8U) + 1U) * 0x1p-24F));
  const float angle = between(0.0F, 2.0F * std::numbers::pi_v<float>);
  return mean + deviation * radius * std::cos(angle);
}

int RandomStream::below(int count) {
  return static_cast<int>((std::uint64_t{bits()} * static_cast<std::uint64_t>(count)) >> 32U);
}

}  // namespace nestwright
