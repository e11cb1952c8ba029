#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/workbench/cost/explain.h"
#include "tools/workbench/cost/ptxas.h"

namespace nestwright::workbench {

// What a schedule for GPUs makes of an operator: its launches, and what CUDA's assembler reports of each.
struct GpuExplanation {
  std::string op, schedule, target;
  Shape shape;
  std::int64_t blocks = 1;   // blocks of images that the call takes
  double least_bytes = 0.0;  // of all tensors, each counted once
  std::vector<cost::GpuKernel> kernels;
  // The assembler's reports for each architecture, such as sm_90, in the order of `kernels`. Empty where there is no
  // assembler.
  std::map<std::string, std::vector<cost::PtxasReport>> assembled;
};

// Lowers and assembles the requested schedule. `most_registers` caps the registers of a thread. Throws Error for
// schedules that are not legal.
GpuExplanation explain_gpu(const cost::ExplainRequest& request, int most_registers = cost::usual_registers);

std::string gpu_text(const GpuExplanation& explanation);
nlohmann::ordered_json to_json(const GpuExplanation& explanation);

}  // namespace nestwright::workbench
