#pragma once

#include <vector>

#include "bench/measurement.h"
#include "bench/operator_cases.h"
#include "model/runtime/kernel.h"

namespace nestwright::bench {

// The generated kernels of `cases`, on `batch` images (a multiple of 16) and one thread. The provider must outlive
// them.
std::vector<Subject> kernel_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch,
                                     const KernelProvider& provider);

// oneDNN's primitives for the same operators.
std::vector<Subject> onednn_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch);

}  // namespace nestwright::bench
