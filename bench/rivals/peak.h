#pragma once

namespace nestwright {

// The floating-point operations a second that `threads` threads of this processor do in fused multiply-adds (two
// operations each) of float32. They are measured now, on independent chains of the widest vectors, without loads and
// stores; the best of several short runs counts.
double measured_fma_peak(int threads);

// The bytes a second that one thread reads from memory, measured now on sums over an array that is far larger than the
// caches; the best of several runs counts.
double measured_memory_bandwidth();

}  // namespace nestwright
