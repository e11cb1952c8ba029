#include "tools/workbench/compile.h"

#include <filesystem>

#include "generators/jit/compile.h"

namespace nestwright::workbench {

Kernel compile(const ScheduleSource& schedule, const Use& use) {
  return jit::compile({.op = use.op,
                       .shape = use.shape,
                       .schedule_name = std::filesystem::path(schedule.file).stem().string(),
                       .schedule = schedule});
}

}  // namespace nestwright::workbench
