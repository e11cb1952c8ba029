#include "tools/workbench/schedule_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/error.h"

namespace nestwright::workbench {

namespace fs = std::filesystem;

fs::path schedules_folder() { return NESTWRIGHT_SCHEDULES_FOLDER; }

std::vector<fs::path> schedule_files(const std::string& op) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(schedules_folder() / op, error)) {
    if (entry.path().extension() == ".nest") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

fs::path find_schedule(const std::string& name, const std::string& op) {
  std::vector<fs::path> places = {name, schedules_folder() / (name + ".nest")};
  if (!op.empty()) places.push_back(schedules_folder() / op / (name + ".nest"));
  for (const fs::path& place : places) {
    std::error_code error;
    if (fs::is_regular_file(place, error)) return place;
  }
  throw Error(name.empty() ? "\"\"" : name, "is no file and no shipped schedule; `nestwright schedules` lists those");
}

ReadSchedule read_and_parse(const fs::path& file) {
  ScheduleSource source = read_schedule(file.string());
  dsl::Schedule parsed = parse_schedule(source);
  return {std::move(source), std::move(parsed)};
}

}  // namespace nestwright::workbench
