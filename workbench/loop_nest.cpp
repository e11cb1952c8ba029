#include "workbench/loop_nest.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "error/error.h"
#include "generators/compile_arguments.h"

namespace nestwright::workbench {
namespace {

// Halide writes it to a file only.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& suffix)
      : path_(std::filesystem::temp_directory_path() / ("nestwright-" + std::to_string(getpid()) + suffix)) {}
  ~TemporaryFile() {
    std::error_code error;
    std::filesystem::remove(path_, error);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string name() const { return path_.string(); }
  std::string text() const {
    std::ifstream stream(path_);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

std::string loop_nest_text(const ScheduleSource& schedule, const Use& use) {
  const BoundAlgorithm bound = bind_algorithm(use.op, algorithm_of(schedule), use.shape);
  const Halide::Target target =
      Halide::get_host_target().with_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  apply_schedule(bound, schedule, target);
  const TemporaryFile file(".stmt");
  try {
    Halide::Pipeline(bound.algorithm.outputs)
        .compile_to({{Halide::OutputFileType::conceptual_stmt, file.name()}}, compile_arguments(bound), use.op, target);
  } catch (const Halide::Error& error) {
    throw Error(schedule.file, first_line(error.what()));
  }
  return file.text();
}

}  // namespace nestwright::workbench
