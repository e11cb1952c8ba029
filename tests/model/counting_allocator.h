#pragma once

#include <cstdint>

namespace nestwright {

// How often this program has called operator new; linking this replaces it.
std::int64_t allocation_count();

}  // namespace nestwright
