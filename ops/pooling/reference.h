#pragma once

#include <cstdint>

#include "ops/reference/tensor.h"

namespace nestwright::reference {

// The largest of each window and its place, wy * window + wx; the first of equals, row by row.
struct Pooled {
  Tensor output, argmax;
};
Pooled max_pool2d(const Tensor& input, std::int64_t window, std::int64_t stride);

// output_gradient added to where argmax says; nowhere for a place outside the window.
Tensor max_pool2d_gradient(const Tensor& output_gradient, const Tensor& argmax, std::int64_t width, std::int64_t height,
                           std::int64_t window, std::int64_t stride);

}  // namespace nestwright::reference
