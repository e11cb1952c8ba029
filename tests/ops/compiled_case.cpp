#include "tests/ops/compiled_case.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "dsl/parse.h"
#include "generators/jit/compile.h"
#include "generators/scheduling/apply_schedule.h"

namespace nestwright {
std::filesystem::path schedules_folder() {
  const char* const folder = std::getenv("NESTWRIGHT_SCHEDULES");
  return folder == nullptr ? NESTWRIGHT_SCHEDULES_FOLDER : folder;
}

std::ostream& operator<<(std::ostream& stream, const CompiledCase& compiled_case) {
  return stream << compiled_case.operator_case << ' ' << compiled_case.schedule;
}

std::filesystem::path schedule_file(const std::string& op, const std::string& schedule) {
  return schedules_folder() / op / (schedule + ".nest");
}

std::string schedule_text(const std::string& op, const std::string& schedule) {
  return read_schedule(schedule_file(op, schedule).string()).text;
}

namespace {

std::vector<std::string> schedules_for_gpus(const std::string& op, bool are_for_gpus) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(schedules_folder() / op)) {
    if (entry.path().extension() != ".nest") continue;
    const std::string name = entry.path().stem().string();
    if ((dsl::parse(schedule_text(op, name), name).purpose == "gpu") == are_for_gpus) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::vector<std::string> cpu_schedules(const std::string& op) { return schedules_for_gpus(op, false); }
std::vector<std::string> gpu_schedules(const std::string& op) { return schedules_for_gpus(op, true); }

std::vector<CompiledCase> compiled_cases() {
  std::vector<CompiledCase> cases;
  for (const OperatorCase& operator_case : operator_cases()) {
    const bool small_batch = operator_case.shape.contains("lanes") && operator_case.shape.at("lanes") < 16;
    for (const std::string& schedule : cpu_schedules(operator_case.op)) {
      if (schedule != "cpu_small_batch" || small_batch) cases.push_back({operator_case, schedule});
    }
  }
  return cases;
}

std::vector<CompiledCase> compiled_gpu_cases() {
  constexpr int widened_shapes = 2;  // how many of an operator's shapes are tried with 32 lanes, too; a choice
  std::vector<CompiledCase> cases;
  std::map<std::string, int> widened;
  for (const OperatorCase& operator_case : operator_cases()) {
    for (const std::string& schedule : gpu_schedules(operator_case.op)) {
      cases.push_back({operator_case, schedule});
      if (!operator_case.shape.contains("lanes") || operator_case.shape.at("lanes") != 16) continue;
      if (widened[operator_case.op + schedule]++ >= widened_shapes) continue;
      cases.push_back(cases.back());
      cases.back().operator_case.shape.set("lanes", 32);
    }
  }
  return cases;
}

std::vector<DynamicExtents> extents_to_try(const Shape& shape) {
  if (!shape.contains("lanes")) return {{1, 1, 1}, {1, 13, 2}, {1, 1000, 3}};
  if (shape.at("lanes") == 1) return {{1, 1, 1}, {3, 1, 1}};
  return {{shape.at("lanes"), 1, 1}, {17, 1, 1}, {63, 1, 1}};
}

Kernel compile(const CompiledCase& compiled_case, const std::optional<Halide::Target>& target) {
  const std::string& op = compiled_case.operator_case.op;
  return jit::compile({.op = op,
                       .shape = compiled_case.operator_case.shape,
                       .schedule_name = compiled_case.schedule,
                       .schedule = read_schedule(schedule_file(op, compiled_case.schedule).string()),
                       .target = target});
}

}  // namespace nestwright
