#include "tools/workbench/cost/vector_registers.h"

#include <gtest/gtest.h>

namespace nestwright::cost {
namespace {

TEST(VectorRegisters, AreAsManyAsTheInstructionSetHas) {
  for (const char* const narrow :
       {"x86-64-linux", "x86-64-linux-sse41", "x86-64-linux-avx", "x86-64-linux-avx2-fma", "arm-32-linux"}) {
    EXPECT_EQ(vector_registers(Halide::Target(narrow)), 16) << narrow;
  }
  for (const char* const wide : {"x86-64-linux-avx512_skylake", "x86-64-linux-avx512_knl",
                                 "x86-64-linux-avx512_cannonlake", "x86-64-linux-avx512_zen4", "arm-64-linux"}) {
    EXPECT_EQ(vector_registers(Halide::Target(wide)), 32) << wide;
  }
}

}  // namespace
}  // namespace nestwright::cost
