#pragma once

#include <array>
#include <cstdint>

namespace nestwright {

// Random numbers that depend only on (seed, stream): one stream for each image, so that any thread may make any image.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  // 32 random bits.
  std::uint32_t bits();

  // Uniform in [low, high).
  float between(float low, float high);

  // Normally distributed (Box and Muller 1958).
  float normal(float mean, float deviation);

  // Uniform among 0, ..., count - 1.
  int below(int count);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> buffer_{};
  std::size_t used_ = 4;
};

}  // namespace nestwright
