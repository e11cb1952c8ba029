#pragma once

namespace nestwright {

// Makes the ahead-of-time kernels' Halide runtime part of this program: parallel loops run on OpenMP's threads, as
// many as thread_count(0) says (one after another when the kernel is called inside a parallel region or by a team's
// worker, when all threads are busy already), and an error
// comes back as the kernel's return value, with its message in take_kernel_error(), instead of aborting. Where a kernel
// gets no memory, the program says so and ends.
//
// Call once, before the first kernel.
void run_halide_on_openmp();

}  // namespace nestwright
