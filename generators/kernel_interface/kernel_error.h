#pragma once

#include <string>

namespace nestwright {

// What a kernel complained of before it returned an error code. Kernels may fail on several threads at once; the last
// message stays.
void record_kernel_error(const char* message) noexcept;

// The message, on one line, and forgets it; empty when there is none.
std::string take_kernel_error();

}  // namespace nestwright
