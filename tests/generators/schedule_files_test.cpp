#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "dsl/parse.h"
#include "dsl/print.h"
#include "generators/scheduling/apply_schedule.h"
#include "ops/algorithm/operator.h"
#include "ops/signature/signature.h"

namespace nestwright {
namespace {

std::vector<std::filesystem::path> schedule_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(NESTWRIGHT_SCHEDULES_FOLDER)) {
    if (entry.path().extension() == ".nest") files.push_back(entry.path());
  }
  return files;
}

TEST(ScheduleFiles, AreForTheOperatorOfTheirFolderAndAnAlgorithmThatItHas) {
  const auto files = schedule_files();
  EXPECT_GE(files.size(), 2 * all_signatures().size());
  for (const auto& file : files) {
    const dsl::Schedule schedule = dsl::parse(read_schedule(file.string()).text, file.string());
    EXPECT_EQ(schedule.op, file.parent_path().filename()) << file;
    EXPECT_NO_THROW(ops::find_operator(schedule.op, schedule.algorithm)) << file;
  }
}

TEST(ScheduleFiles, EveryOperatorHasAReferenceAndATunedOne) {
  for (const Signature& signature : all_signatures()) {
    for (const char* name : {"reference.nest", "cpu.nest"}) {
      const auto file = std::filesystem::path(NESTWRIGHT_SCHEDULES_FOLDER) / signature.name / name;
      EXPECT_TRUE(std::filesystem::exists(file)) << file;
    }
  }
}

TEST(ScheduleFiles, ReadBackAsTheyPrint) {
  for (const auto& file : schedule_files()) {
    const dsl::Schedule schedule = dsl::parse(read_schedule(file.string()).text, file.string());
    EXPECT_TRUE(dsl::parse(dsl::print(schedule), file.string()) == schedule) << file;
  }
}

}  // namespace
}  // namespace nestwright
