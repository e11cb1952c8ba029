#pragma once

#include <Halide.h>

namespace nestwright::cost {

// How many vector registers a CPU target has: 16 with SSE, AVX and AVX2, 32 with AVX-512 and on 64-bit ARM.
int vector_registers(const Halide::Target& target);

// The registers that a multiply-add needs for its two factors, besides those of the accumulators.
inline constexpr int operand_registers = 2;

}  // namespace nestwright::cost
