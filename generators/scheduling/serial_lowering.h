#pragma once

#include <Halide.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// A loop that the schedule unrolls or vectorizes, whose body the kernel then holds many times, or for many values.
struct MultipliedLoop {
  bool is_vector = false;
  std::optional<std::int64_t> extent;  // where splits and reductions say so
};

// A scheduled algorithm as Halide lowers it when all loops but a GPU's run one iteration after another. The statement
// has the same bounds, assertions and allocations as the kernel, and is small whatever the schedule unrolls.
struct SerialLowering {
  Halide::Internal::Stmt statement;
  Halide::Internal::Stmt with_gpu_loops;             // the same before a GPU's loops are made kernels of their own
  std::map<std::string, MultipliedLoop> multiplied;  // by the loop's name in the statement
  // By Func, how often its unrolled loops copy its code, all stages and specializations together, as far as splits and
  // reductions say.
  std::map<std::string, double> copies;
};

// Lowers the scheduled algorithm so, and leaves its schedule as it was. Throws Halide::Error where Halide refuses it.
SerialLowering lower_serially(const BoundAlgorithm& bound, const Halide::Target& target);

}  // namespace nestwright
