#pragma once

#include <Halide.h>

#include <string>

#include "generators/records/record_key.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::tune {

// The key for this Halide and this processor, or the GPU of that name.
RecordKey record_key(const BoundAlgorithm& bound, const Halide::Target& target,
                     const std::string& processor = processor_identity());

// The first 16 hexadecimal digits of SHA-256 of the definitions of every Func that the outputs need, by which two
// algorithms that compute the same in the same way are the same. Call it before a schedule is applied.
std::string hash_of(const BoundAlgorithm& bound);

}  // namespace nestwright::tune
