#pragma once

#include <cstdint>
#include <string>

#include "generators/scheduling/serial_lowering.h"

namespace nestwright {

// How large the kernel's code will be when its loops are unrolled and vectorized: a count of operations, in which a
// loop that remains counts as many, because it becomes several loops, and so do many accesses to memory or many
// conditions without a loop between them, because the compilers compare each with the others.
struct CodeSize {
  double operations = 0;
  std::string loop;         // the unrolled or vectorized loop, by its name in the statement, that adds the most
  double copies = 0;        // of that loop's stage: the product of all multiplied loops around its code
  std::int64_t lanes = 1;   // of the widest vector
  std::string vector_loop;  // of that vector
};

CodeSize code_size_of(const SerialLowering& lowering, const Halide::Target& target);

// Beyond these, Halide and LLVM take minutes or all memory. A core compiled 32,000 of relu in 20 s, whether unrolled
// around its lanes, in vectors of 16 or 256 values, or without vectors. The shipped schedules have vectors of at most
// 40 values.
inline constexpr double most_operations = 32000;
inline constexpr std::int64_t most_lanes = 256;

}  // namespace nestwright
