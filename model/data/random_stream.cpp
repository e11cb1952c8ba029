#include "model/data/random_stream.h"

#include <cmath>
#include <numbers>

namespace nestwright {
namespace {
std::array<std::uint32_t, 4> philox4x32(std::uint64_t seed, std::uint64_t low, std::uint64_t high) {
  std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32U);
  std::array<std::uint32_t, 4> c = {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low >> 32U),
                                    static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32U)};
  for (int r = 0; r < 10; ++r) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(b >> 32U) ^ c[1] ^ k0, static_cast<std::uint32_t>(b),
         static_cast<std::uint32_t>(a >> 32U) ^ c[3] ^ k1, static_cast<std::uint32_t>(a)};
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
  return c;
}
}  // namespace

std::uint32_t RandomStream::bits() {
  if (used_ == buffer_.size()) {
    buffer_ = philox4x32(seed_, block_++, stream_);
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
