#pragma once

#include <map>
#include <optional>
#include <string>

#include "generators/apply_schedule.h"
#include "workbench/use.h"

namespace nestwright::workbench {

// The schedule that ships for a use: the one that generators/kernels/*.kernels name for its shape, with the parameters
// given there; of shapes that none lists, cpu.nest, or cpu_small_batch.nest for blocks of fewer than 8 images. Nothing
// where the operator has no such file.
std::optional<ScheduleSource> shipped_schedule(const Use& use);

// The parameters with which a GPU's schedule, by its name, ships for a use; none where it does not.
std::map<std::string, int> shipped_gpu_parameters(const Use& use, const std::string& schedule);

}  // namespace nestwright::workbench
