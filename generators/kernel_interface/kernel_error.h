#pragma once

#include <string>

namespace nestwright {

// Keeps `message`, with which a kernel says why it is about to return an error code; only its first 511 bytes are kept.
// Kernels may fail on several threads at once: the last message stays.
void record_kernel_error(const char* message) noexcept;

// Takes the kept message, as one line; empty when there is none.
std::string take_kernel_error();

}  // namespace nestwright
