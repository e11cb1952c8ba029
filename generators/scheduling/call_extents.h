#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generators/scheduling/bound_algorithm.h"

namespace nestwright {

// The extents of a call's buffers, innermost first, by Halide's names.
using Buffers = std::map<std::string, std::vector<std::int64_t>>;

// The buffers of a call in which every extent that the shape leaves open (the number of blocks, say) is `open`.
Buffers buffers_of_call(const BoundAlgorithm& bound, std::int64_t open);

// The name of the first dimension whose extent the shape leaves open, outputs before inputs; empty where there is none.
std::string open_dimension(const BoundAlgorithm& bound);

// The largest number for open extents with which no tensor takes more than half of what Halide can address in one
// (2^31 - 1 bytes): a stage as large as a tensor then still fits where it is rounded up. 1 where no extent is open.
std::int64_t largest_open_extent(const BoundAlgorithm& bound);

}  // namespace nestwright
