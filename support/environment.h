#pragma once

namespace nestwright {

// Throws Error (where: the variable's name) where OMP_NUM_THREADS is set to something else than a number of threads, or
// several with commas between. OpenMP itself goes on without such a value, or with another one.
void require_thread_variable();

}  // namespace nestwright
