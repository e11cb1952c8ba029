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

// The names of an operator's .nest files for CPUs, and of those for GPUs, in alphabetical order.
std::vector<std::string> cpu_schedules(const std::string& op);
std::vector<std::string> gpu_schedules(const std::string& op);

// The folder of the schedules: the source tree's, or the one that the environment variable NESTWRIGHT_SCHEDULES names,
// for tests that run on a machine without the source tree.
std::filesystem::path schedules_folder();
std::filesystem::path schedule_file(const std::string& op, const std::string& schedule);
std::string schedule_text(const std::string& op, const std::string& schedule);

// Every case under every schedule for CPUs that serves it: cpu_small_batch serves blocks of fewer than 16 lanes only.
std::vector<CompiledCase> compiled_cases();

// Every case under every schedule for GPUs; some cases have 32 lanes, as kernels for GPUs have.
std::vector<CompiledCase> compiled_gpu_cases();

// Compiles the case's kernel, for this machine's processor unless another target is given. Throws Error.
Kernel compile(const CompiledCase& compiled_case, const std::optional<Halide::Target>& target = {});

// The numbers of images, parameters and groups that a kernel of this shape is called with: images that fill whole
// blocks or leave lanes absent; parameters that are fewer than a vector has, or no multiple of that.
std::vector<DynamicExtents> extents_to_try(const Shape& shape);

}  // namespace nestwright
