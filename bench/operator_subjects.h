#pragma once

#include <functional>
#include <vector>

#include "bench/measurement.h"
#include "bench/operator_cases.h"
#include "generators/kernel_interface/kernel.h"

namespace nestwright::bench {

// The subject of an operator that `implementation` computes by `call`, on one thread and `batch` images.
Subject operator_subject(const OperatorCase& operator_case, const char* implementation, std::int64_t batch,
                         std::function<void()> call);

// A subject for each of `cases`: Nestwright's generated kernel on random tensors of `batch` images (a multiple of 16),
// on one thread. The provider must outlive them.
std::vector<Subject> kernel_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch,
                                     const KernelProvider& provider);

}  // namespace nestwright::bench
