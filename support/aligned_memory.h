#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace nestwright {

// Zeroed memory that begins on a page, so that tensors keep their alignment and two of them share no cache line. Throws
// std::bad_alloc where there is too little memory.
class AlignedMemory {
 public:
  AlignedMemory() = default;
  explicit AlignedMemory(std::size_t bytes) {
    constexpr std::size_t page = 4096;
    const std::size_t whole_pages = (bytes + page - 1) / page * page;
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(page, whole_pages == 0 ? page : whole_pages)));
    if (!memory_) throw std::bad_alloc();
    std::memset(memory_.get(), 0, whole_pages);
  }

  std::byte* data() const { return memory_.get(); }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
};

// `count` floats, zero at first, that begin on a page.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(std::size_t count) : memory_(count * sizeof(float)), count_(count) {}

  std::span<float> values() { return {reinterpret_cast<float*>(memory_.data()), count_}; }
  std::span<const float> values() const { return {reinterpret_cast<const float*>(memory_.data()), count_}; }

 private:
  AlignedMemory memory_;
  std::size_t count_ = 0;
};

}  // namespace nestwright
