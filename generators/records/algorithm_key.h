#pragma once

#include <Halide.h>

#include <string>

#include "generators/records/record_key.h"
#include "generators/scheduling/bound_algorithm.h"

namespace nestwright::tune {

// The key of what is measured with `bound` on `target`, with this Halide, and on `processor`: this machine's, or for a
// kernel of a GPU the name that the GPU's driver gives it.
RecordKey record_key(const BoundAlgorithm& bound, const Halide::Target& target,
                     const std::string& processor = processor_identity());

// What tells algorithms apart: the first 16 hexadecimal digits of SHA-256 of the definitions of all Funcs that the
// outputs need. It is the same for two algorithms that have the same definitions, whatever their Funcs are called in
// this process. Call it before a schedule is applied, which changes definitions.
std::string hash_of(const BoundAlgorithm& bound);

}  // namespace nestwright::tune
