#pragma once

#include <Halide.h>

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "ops/reference/sample_inputs.h"
#include "tests/ops/operator_case.h"

namespace nestwright {

// A case under one of its operator's schedules.
struct CompiledCase {
  OperatorCase operator_case;
  std::string schedule;  // the name of the .nest file
};

std::ostream& operator<<(std::ostream& stream, const CompiledCase& compiled_case);

// Every .nest file of an operator that serves CPUs, or that is for GPUs, by name, in alphabetical order.
std::vector<std::string> cpu_schedules(const std::string& op);
std::vector<std::string> gpu_schedules(const std::string& op);

// Where the tree's schedules are, or those that NESTWRIGHT_SCHEDULES names: tests may run far from the tree.
std::filesystem::path schedules_folder();
std::filesystem::path schedule_file(const std::string& op, const std::string& schedule);
std::string schedule_text(const std::string& op, const std::string& schedule);

// Every case under every schedule for CPUs that serves it: cpu_small_batch serves blocks of fewer than 16 lanes only.
std::vector<CompiledCase> compiled_cases();

// Every case under every schedule for GPUs; some cases have 32 lanes, as kernels for GPUs have.
std::vector<CompiledCase> compiled_gpu_cases();

// Compiles at run time, for this machine's processor unless another target is given. Throws Error.
Kernel compile(const CompiledCase& compiled_case, const std::optional<Halide::Target>& target = {});

// How many images, parameters and groups a kernel is called with: whole blocks, and blocks with absent lanes; fewer
// parameters than a vector, and not a multiple of one.
std::vector<DynamicExtents> extents_to_try(const Shape& shape);

}  // namespace nestwright
