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

// A schedule as a user names it: a file's name, or <operator>/<name> or just <name> of those that ship. `op` may be
// empty where the text holds the operator. Throws Error where there is none.
std::filesystem::path find_schedule(const std::string& name, const std::string& op = "");

// The text of a file and what it says. Throws Error.
struct ReadSchedule {
  ScheduleSource source;
  dsl::Schedule parsed;
};
ReadSchedule read_and_parse(const std::filesystem::path& file);

}  // namespace nestwright::workbench
