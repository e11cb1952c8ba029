#pragma once

#include <functional>

namespace nestwright::workbench {

// Returns what `start` returns. Halide's errors are exceptions meanwhile, and one that nobody catches becomes an Error.
int run_on_halide(const std::function<int()>& start);

}  // namespace nestwright::workbench
