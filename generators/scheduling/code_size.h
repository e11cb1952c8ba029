#pragma once

#include <cstdint>
#include <string>

#include "generators/scheduling/serial_lowering.h"

namespace nestwright {

// How large the kernel's code will be when its loops are unrolled and vectorized: a count of operations, in which a
// loop that remains counts as many, because it becomes several loops.
struct CodeSize {
  double operations = 0;
  std::string loop;         // the unrolled or vectorized loop, by its name in the statement, that adds the most
  double copies = 0;        // of that loop's stage: the product of all multiplied loops around its code
  std::int64_t lanes = 1;   // of the widest vector
  std::string vector_loop;  // of that vector
};

CodeSize code_size_of(const SerialLowering& lowering);

// Beyond these, Halide and LLVM take minutes or all memory. A core compiled 21,000 operations of relu, unrolled around
// its lanes, in 6 s, 42,000 in 40 s, and 84,000 in two minutes; 35,000 of tanh in 13 s. The shipped schedules have at
// most 16,000, and vectors of at most 40 values.
inline constexpr double most_operations = 32000;
inline constexpr std::int64_t most_lanes = 256;

}  // namespace nestwright
