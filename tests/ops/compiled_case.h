#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "model/runtime/kernel.h"
#include "tests/ops/operator_case.h"

namespace nestwright {

// A case under one of its operator's schedules.
struct CompiledCase {
  OperatorCase operator_case;
  std::string schedule;  // the name of the .nest file
};

std::ostream& operator<<(std::ostream& stream, const CompiledCase& compiled_case);

// Every .nest file of an operator that serves CPUs, by name, in alphabetical order.
std::vector<std::string> cpu_schedules(const std::string& op);

std::filesystem::path schedule_file(const std::string& op, const std::string& schedule);
std::string schedule_text(const std::string& op, const std::string& schedule);

// Every case under every schedule that serves it: cpu_small_batch is for less than 16 lanes.
std::vector<CompiledCase> compiled_cases();

// Compiles at run time. Throws Error.
Kernel compile(const CompiledCase& compiled_case);

}  // namespace nestwright
