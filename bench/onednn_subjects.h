#pragma once

#include <vector>

#include "bench/measurement.h"
#include "bench/operator_cases.h"

namespace nestwright::bench {

// A subject for each of `cases`: oneDNN's primitive for the operator, on `batch` images and one thread. Throws Error
// (where: "--against") in a program that has no oneDNN.
std::vector<Subject> onednn_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch);

}  // namespace nestwright::bench
