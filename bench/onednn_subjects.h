#pragma once

#include <vector>

#include "bench/measurement.h"
#include "bench/operator_cases.h"

namespace nestwright::bench {

// oneDNN's primitives for the same operators, on one thread (whatever OpenMP is set to when they are called). It picks
// all memory formats; bringing tensors into them is not timed.
std::vector<Subject> onednn_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch);

}  // namespace nestwright::bench
