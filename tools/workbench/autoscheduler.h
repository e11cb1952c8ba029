#pragma once

#include <string>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {

// The names of Halide's own autoschedulers: adams2019 (Adams et al. 2019), mullapudi2016 (Mullapudi et al. 2016),
// li2018 (Li et al. 2018) and anderson2021 (Anderson et al. 2021, for GPUs).
std::vector<std::string> autoscheduler_names();

// Lets the autoscheduler schedule the operator for this machine, for calls of `batch` images on one thread (as
// generated kernels are called), and compiles the result. Throws Error, with one line, where there is no such
// autoscheduler, plugin or GPU, and where Halide refuses the schedule.
Kernel autoschedule(const std::string& autoscheduler, const Use& use, const std::string& algorithm, std::int64_t batch);

// The schedule that autoschedule() would compile, as the text of a .nest file (see import_schedule()), fitted to all of
// `uses` (see fitted_schedule()). Throws Error as these do.
std::string imported_schedule(const std::string& autoscheduler, const Use& use, const std::vector<Use>& uses,
                              const std::string& algorithm, std::int64_t batch);

}  // namespace nestwright::workbench
