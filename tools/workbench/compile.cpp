#include "tools/workbench/compile.h"

#include <filesystem>

#include "generators/jit/compile.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/lowering_refusal.h"

namespace nestwright::workbench {

Kernel compile(const ScheduleSource& schedule, const Use& use) {
  return jit::compile({.op = use.op,
                       .shape = use.shape,
                       .schedule_name = std::filesystem::path(schedule.file).stem().string(),
                       .schedule = schedule});
}

std::vector<std::string> require_legal(const ScheduleSource& schedule, const Use& use, const Halide::Target& target) {
  const BoundAlgorithm bound = bind_algorithm(use.op, algorithm_of(schedule), use.shape);
  std::vector<std::string> notes = apply_schedule(bound, schedule, target);
  try {
    require_lowerable(bound, target);
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, schedule, target, error.what());
  }
  return notes;
}

}  // namespace nestwright::workbench
