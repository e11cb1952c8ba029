#pragma once

#include <map>
#include <optional>
#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/cost/ptxas.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// The schedule that ships for a use: the one that generators/kernels/*.kernels name for its shape, with the parameters
// given there; of shapes that none lists, cpu.nest, or cpu_small_batch.nest for blocks of fewer than 8 images. Nothing
// where the operator has no such file.
std::optional<ScheduleSource> shipped_schedule(const Use& use);

// Whether generators/kernels/*_gpu.kernels list a kernel of the operator at this (complete) shape.
bool ships_for_gpus(const std::string& op, const Shape& shape);

// With what a GPU's schedule, by its name, ships for a use; nothing but the usual where it does not.
struct GpuSettings {
  std::map<std::string, int> parameters = {};
  int cuda_registers = cost::usual_registers;  // the most of a thread
};
GpuSettings shipped_gpu_settings(const Use& use, const std::string& schedule);

}  // namespace nestwright::workbench
