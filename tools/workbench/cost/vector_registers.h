#pragma once

#include <Halide.h>

namespace nestwright::cost {

// How many registers a processor's target has that hold a vector each: of SSE, AVX and AVX2 16, of AVX-512 and of
// 64-bit ARM 32.
int vector_registers(const Halide::Target& target);

// A multiply-add needs so many of them for what it reads, besides the accumulators.
inline constexpr int operand_registers = 2;

}  // namespace nestwright::cost
