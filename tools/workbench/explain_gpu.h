#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/workbench/cost/explain.h"
#include "tools/workbench/cost/ptxas.h"

namespace nestwright::workbench {

// What a GPU's schedule makes of an operator: its launches, and what CUDA's assembler says of each.
struct GpuExplanation {
  std::string op, schedule, target;
  Shape shape;
  std::int64_t blocks = 1;   // of images
  double least_bytes = 0.0;  // every tensor once
  std::vector<cost::GpuKernel> kernels;
  // By architecture; as many as there are kernels. None where there is no assembler.
  std::map<std::string, std::vector<cost::PtxasReport>> assembled;
};

// `most_registers`: of a thread. Throws Error for schedules that are not legal.
GpuExplanation explain_gpu(const cost::ExplainRequest& request, int most_registers = cost::usual_registers);

std::string gpu_text(const GpuExplanation& explanation);
nlohmann::ordered_json to_json(const GpuExplanation& explanation);

}  // namespace nestwright::workbench
