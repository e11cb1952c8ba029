#pragma once

#include <string>

namespace nestwright::bench {

// Multiply-adds that a thread makes in each round.
inline constexpr unsigned multiply_adds_of_round = 64;

// The PTX of a kernel that makes nothing but fused multiply-adds, for compute capability 8.0 and newer:
// multiply_adds(float* result, uint32 rounds). It writes nothing.
std::string multiply_add_ptx();

}  // namespace nestwright::bench
