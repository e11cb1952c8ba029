#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dsl/schedule.h"
#include "generators/scheduling/apply_schedule.h"

namespace nestwright::workbench {

// The folder of the shipped schedules, one folder an operator.
std::filesystem::path schedules_folder();

// The .nest files of an operator, in alphabetical order.
std::vector<std::filesystem::path> schedule_files(const std::string& op);

// The file of the schedule that a user names: a path, or <operator>/<name> or just <name> of a schedule that ships.
// `op` is needed for a bare <name> only, and empty otherwise. Throws Error where there is no such schedule.
std::filesystem::path find_schedule(const std::string& name, const std::string& op = "");

// The text of a schedule's file, and the schedule that was parsed from it.
struct ReadSchedule {
  ScheduleSource source;
  dsl::Schedule parsed;
};
// Throws Error for a file that can't be read, for one that is not in the schedule language, and for an operator or
// algorithm that there is not.
ReadSchedule read_and_parse(const std::filesystem::path& file);

}  // namespace nestwright::workbench
