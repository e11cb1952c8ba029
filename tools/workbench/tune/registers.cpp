#include "tools/workbench/tune/registers.h"

namespace nestwright::tune {

Registers registers_of(const Halide::Target& target) {
  const int floats = target.natural_vector_size<float>();
  const bool is_wide = target.arch == Halide::Target::X86 && floats >= 16;
  const bool is_arm64 = target.arch == Halide::Target::ARM && target.bits == 64;
  return {.count = is_wide || is_arm64 ? 32 : 16, .floats = floats};
}

}  // namespace nestwright::tune
