#include "tools/workbench/own_files.h"

#include <string>
#include <system_error>

#include "tools/workbench/kept_machine.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/tuning_records.h"

namespace nestwright::workbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* records_name = "the tuning records";
constexpr const char* times_name = "the times of this machine";

void add_files(std::vector<InputFile>& files, const std::string& name, const fs::path& folder, const char* ending) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ending) files.push_back({name, entry->path()});
  }
}

}  // namespace

std::vector<InputFile> own_files() {
  std::vector<InputFile> files = {{records_name, default_records_file()}, {times_name, kept_machines_file()}};
  add_files(files, "a schedule that ships", schedules_folder(), ".nest");
  add_files(files, "a list of kernels", schedules_folder().parent_path() / "generators" / "kernels", ".kernels");
  return files;
}

OutputFile records_output(const fs::path& path) {
  return {.name = "--records",
          .path = path,
          .may_be_stream = false,
          .continues = records_name,
          .writing = Writing::extended};
}

OutputFile times_output() {
  return {.name = times_name, .path = kept_machines_file(), .continues = times_name, .writing = Writing::kept};
}

}  // namespace nestwright::workbench
