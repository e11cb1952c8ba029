#pragma once

#include <Halide.h>

namespace nestwright::tune {

// The vector registers of a CPU target.
struct Registers {
  int count = 16;
  int floats = 4;  // in each
};

// Of SSE, AVX and AVX2 16 registers, of AVX-512 and of 64-bit ARM 32.
Registers registers_of(const Halide::Target& target);

}  // namespace nestwright::tune
