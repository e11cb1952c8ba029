#pragma once

#include <functional>

namespace nestwright::workbench {

// Calls `start` and returns its result. While it runs, Halide reports its errors as exceptions (otherwise it would end
// the process). Throws Error in place of an exception of Halide's that `start` did not catch.
int run_on_halide(const std::function<int()>& start);

}  // namespace nestwright::workbench
