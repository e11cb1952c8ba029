#pragma once

namespace nestwright {

// The fused multiply-adds that this processor does, in floating-point operations a second (two each), measured now on
// `threads` threads: independent chains of the widest vectors that it has, nothing loaded or stored. The best of
// several short runs.
double measured_fma_peak(int threads);

// What one thread reads from memory, in bytes a second: sums over an array far larger than the caches. The best of
// several runs.
double measured_memory_bandwidth();

}  // namespace nestwright
