#include "tests/ops/compiled_case.h"

#include <algorithm>

#include "dsl/parse.h"
#include "generators/apply_schedule.h"
#include "jit/compile.h"

namespace nestwright {
namespace {

const std::filesystem::path schedules = NESTWRIGHT_SCHEDULES_FOLDER;

}  // namespace

std::ostream& operator<<(std::ostream& stream, const CompiledCase& compiled_case) {
  return stream << compiled_case.operator_case << ' ' << compiled_case.schedule;
}

std::filesystem::path schedule_file(const std::string& op, const std::string& schedule) {
  return schedules / op / (schedule + ".nest");
}

std::string schedule_text(const std::string& op, const std::string& schedule) {
  return read_schedule(schedule_file(op, schedule).string()).text;
}

std::vector<std::string> cpu_schedules(const std::string& op) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(schedules / op)) {
    if (entry.path().extension() != ".nest") continue;
    const std::string name = entry.path().stem().string();
    if (dsl::parse(schedule_text(op, name), name).purpose != "gpu") names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

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

Kernel compile(const CompiledCase& compiled_case) {
  const std::string& op = compiled_case.operator_case.op;
  return jit::compile({.op = op,
                       .shape = compiled_case.operator_case.shape,
                       .schedule_name = compiled_case.schedule,
                       .schedule = read_schedule(schedule_file(op, compiled_case.schedule).string())});
}

}  // namespace nestwright
