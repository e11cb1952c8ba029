#pragma once

#include <map>
#include <optional>
#include <string>

#include "generators/scheduling/apply_schedule.h"
#include "tools/workbench/cost/ptxas.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// The schedule that ships for a use: the one that the manifests generators/kernels/*.kernels list for its shape, with
// the parameters given there. For a shape that no manifest lists it is cpu.nest, or cpu_small_batch.nest for blocks of
// fewer than 8 images. Nothing where the operator has no such file.
std::optional<ScheduleSource> shipped_schedule(const Use& use);

// Whether generators/kernels/*_gpu.kernels list a kernel of the operator at this (complete) shape, whatever its number
// of lanes: those of GPUs have device_lanes.
bool ships_for_gpus(const std::string& op, const Shape& shape);

// The settings with which a schedule for GPUs ships.
struct GpuSettings {
  std::map<std::string, int> parameters = {};
  int cuda_registers = cost::usual_registers;  // the most registers of a thread
};
// The settings with which the GPU schedule of this name ships for the use; the defaults where it does not ship for it.
GpuSettings shipped_gpu_settings(const Use& use, const std::string& schedule);

}  // namespace nestwright::workbench
