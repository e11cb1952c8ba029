#include "tools/workbench/cost/vector_registers.h"

namespace nestwright::cost {

int vector_registers(const Halide::Target& target) {
  // Each generation of AVX-512 has a feature of its own, but on x86 only AVX-512 has vectors of 16 floats.
  const bool is_avx512 = target.arch == Halide::Target::X86 && target.natural_vector_size<float>() >= 16;
  const bool is_arm64 = target.arch == Halide::Target::ARM && target.bits == 64;
  return is_avx512 || is_arm64 ? 32 : 16;
}

}  // namespace nestwright::cost
