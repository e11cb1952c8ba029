#pragma once

#include <cstdint>
#include <string>

#include "tests/legality/schedule_drawer.h"

namespace nestwright {

// A random schedule for a GPU: loops over blocks and threads, stages kept at blocks and threads in every type of
// memory, wrappers, clones, hoisted storage, specializations. Legal or not, the same for the same seed.
std::string draw_gpu_schedule(const DrawnUse& use, std::uint64_t seed);

}  // namespace nestwright
