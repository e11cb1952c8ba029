#pragma once

#include <Halide.h>

#include <cstdint>

#include "cost/nest.h"
#include "generators/bound_algorithm.h"

namespace nestwright::cost {

// Extents that a kernel is given when it is called.
struct CallSize {
  std::int64_t blocks = 1;
  std::int64_t images = 16;
  std::int64_t parameters = 61706;  // LeNet-5's
  std::int64_t groups = 1;
};

// A dimension's extent in such a call.
std::int64_t extent_of(const Dimension& dimension, const CallSize& size);

// Lowers a scheduled algorithm with Halide, and reads its loops and accesses from the statement. Throws Error for
// schedules of GPUs and for what Halide refuses.
Nest lower(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size);

// The same of a GPU's schedule, with loops over blocks and threads; for a target that has a GPU.
Nest lower_for_gpu(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size);

// Registers that hold a vector each.
int vector_registers(const Halide::Target& target);

}  // namespace nestwright::cost
