#pragma once

#include <functional>
#include <vector>

#include "bench/measurement.h"
#include "bench/operator_cases.h"
#include "generators/kernel_interface/kernel.h"

namespace nestwright::bench {

// An operator on one thread, as `implementation` computes it with `call`.
Subject operator_subject(const OperatorCase& operator_case, const char* implementation, std::int64_t batch,
                         std::function<void()> call);

// The generated kernels of `cases`, on `batch` images (a multiple of 16) and one thread. The provider must outlive
// them.
std::vector<Subject> kernel_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch,
                                     const KernelProvider& provider);

}  // namespace nestwright::bench
