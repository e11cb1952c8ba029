#pragma once

#include <string>

namespace nestwright::bench {

// Of a thread, in each of its rounds.
inline constexpr unsigned multiply_adds_of_round = 64;

// A kernel of nothing but fused multiply-adds, for compute capability 8.0 and newer:
// multiply_adds(float* result, uint32 rounds). Writes nothing.
std::string multiply_add_ptx();

}  // namespace nestwright::bench
