#pragma once

#include <cstdint>

namespace nestwright {

// How often this program has called operator new, which is replaced in a program that links this file.
std::int64_t allocation_count();

}  // namespace nestwright
