#pragma once

#include <cstdint>

namespace nestwright {

// What `threads` stands for: itself, or for 0 what $OMP_NUM_THREADS says, or else the number of processors that this
// process may use (processor_count()). Throws Error below 0 or above 1024.
int thread_count(int threads);

}  // namespace nestwright
