#include "tools/workbench/tuning_records.h"

#include <cstdlib>

#include "support/error.h"
#include "tools/workbench/schedule_files.h"

namespace nestwright::workbench {

std::filesystem::path default_records_file() {
  const char* const folder = std::getenv("NESTWRIGHT_TUNING_FOLDER");
  if (folder != nullptr && *folder != 0) return std::filesystem::path(folder) / "records.jsonl";
  return schedules_folder().parent_path() / "build" / "tuning" / "records.jsonl";
}

void prepare_records_file(const std::filesystem::path& file) {
  if (file == default_records_file()) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) throw Error(file.parent_path().string(), "cannot be made; give another file with --records");
  }
}

Shape tuned_shape(const tune::Record& winner) { return Shape::parse(winner.key.shape); }

}  // namespace nestwright::workbench
