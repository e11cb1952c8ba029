#pragma once

#include <cstdint>

namespace nestwright {

// What a block of threads may have on each of CUDA's devices without being asked for more: threads, and bytes of shared
// memory ("CUDA C++ Programming Guide", technical specifications per compute capability).
inline constexpr std::int64_t most_block_threads = 1024, most_block_shared_bytes = 49152;

}  // namespace nestwright
