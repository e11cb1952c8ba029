// What holds for all commands of the workbench: numbers, files and streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/atomic_file.h"
#include "tests/support/files.h"
#include "tests/support/number_options.h"
#include "tools/workbench/command.h"
#include "tools/workbench/run_on_halide.h"
#include "tools/workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr Command commands[] = {
#define COMMAND(name, summary) {#name, summary, &add_##name},
#include "tools/workbench/commands.inc"
#undef COMMAND
};

TEST(WorkbenchCommandLine, NumbersAreWithinTheirBounds) {
  expect_numbers_within_bounds(commands, {"tune --seed"}, {{"tune", {"relu"}}});
  // --shape, --tune, --cache and --budget have numbers in their texts; they are tried below.
  expect_all_others_known(
      commands, {"OP", "NAME", "FILE", "SUBJECT", "DIRECTIVE", "--layer", "--algorithm", "--records", "--json", "--out",
                 "--diff", "--target", "--against", "--shape", "--tune", "--cache", "--budget"});
}

void expect_out_of_range(const std::vector<std::string>& words, const std::string& bounds) {
  const CommandEnd end = run_command(commands, words, /*only_read=*/false);
  SCOPED_TRACE(testing::PrintToString(words));
  EXPECT_EQ(end.status, 1);
  EXPECT_EQ(std::ranges::count(end.err, '\n'), 1) << end.err;
  EXPECT_THAT(end.err, HasSubstr(bounds));
}

TEST(WorkbenchCommandLine, NumbersWithinTextsAreWithinTheirBounds) {
  for (const std::string number : far_numbers) {
    const std::string shape = "size=" + number;
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"ops", "relu"},
                                               {"compare", "relu", "--no-records"},
                                               {"tune", "relu", "--no-records"},
                                               {"watch", "relu/cpu", "--once"},
                                               {"import", "relu", "--autoscheduler", "li2018"},
                                               {"explain", "relu/cpu"}}) {
      if (words[0] == "watch" || words[0] == "compare") continue;  // they print verdicts on standard output
      std::vector<std::string> with_shape = words;
      with_shape.insert(with_shape.end(), {"--shape", shape});
      expect_out_of_range(with_shape, "'" + shape + "' is out of range: expected a number from 0 to 2147483647");
    }
    expect_out_of_range({"explain", "relu/cpu", "--tune", "vector=" + number},
                        "--tune: 'vector=" + number + "' is out of range: expected a number from 0 to 2147483647");
    expect_out_of_range({"tune", "relu", "--no-records", "--budget", number}, "at most a day, 86400");
    // A cache may have 2^31 bytes.
    if (number == far_numbers[0]) continue;
    expect_out_of_range({"explain", "relu/cpu", "--cache", number + ",8,64"}, "each from 1 to 2^32");
  }
  expect_out_of_range({"explain", "relu/cpu", "--cache", "32768,0,64"}, "each from 1 to 2^32");
}

class WorkbenchFiles : public ::testing::Test {
 protected:
  WorkbenchFiles() {
    fs::copy_file(schedules_folder() / "linear" / "cpu.nest", folder_ / "mine.nest");
    fs::create_symlink("mine.nest", folder_ / "link");
    fs::create_hard_link(folder_ / "mine.nest", folder_ / "hard");
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Expects that the command refuses `option` with `file`, and leaves that as it is.
  void expect_refused(std::vector<std::string> words, const std::string& option, const std::string& file,
                      const std::string& named) const {
    words.insert(words.end(), {option, file});
    SCOPED_TRACE(testing::PrintToString(words));
    const Bytes before = read_bytes(file);
    const CommandEnd end = run_command(commands, words, /*only_read=*/false);
    EXPECT_EQ(end.status, 1);
    EXPECT_EQ(end.err, option + ": names the same file as " + named + ", " + file + "; give each a file of its own\n");
    EXPECT_EQ(read_bytes(file), before);
  }

  TemporaryFolder folder_;
};

TEST_F(WorkbenchFiles, EveryPathIsKnown) {
  // Those of PATH that are no file: layers, algorithms, targets. `new --out` is a folder, in
  // which it replaces nothing; `import` and `schedules` have one file alone; `explain` and `check` write none.
  const std::set<std::string> no_files = {"--layer", "--algorithm", "--target"};
  std::set<std::string> found;
  for (const DeclaredOption& option : declared_options(commands)) {
    if (option.type == "PATH" && !no_files.contains(option.name)) found.insert(option.text());
  }
  EXPECT_EQ(found, (std::set<std::string>{"new --out", "compare --json", "compare --records", "tune SUBJECT",
                                          "tune --json", "tune --records", "tune --out", "import --out",
                                          "schedules --records", "explain --diff"}));
}

TEST_F(WorkbenchFiles, AnOutputIsNeverAnInputOrAnotherOutput) {
  const std::string mine = path("mine.nest"), other = path("other");
  for (const std::string& name : {mine, path("./mine.nest"), path("link"), path("hard")}) {
    for (const char* option : {"--json", "--records", "--out"}) {
      if (std::string(option) == "--records") {
        expect_refused({"tune", mine}, option, name, "SUBJECT");
      } else {
        expect_refused({"tune", mine, "--no-records"}, option, name, "SUBJECT");
      }
    }
    expect_refused({"compare", "linear", mine, "--no-records"}, "--json", name, "FILE");
    expect_refused({"compare", "linear", mine}, "--records", name, "FILE");
    expect_refused({"tune", "linear", "--records", mine}, "--json", name, "--records");
    expect_refused({"tune", "linear", "--records", mine}, "--out", name, "--records");
    expect_refused({"tune", "linear", "--no-records", "--json", mine}, "--out", name, "--json");
    expect_refused({"compare", "linear", "--records", mine}, "--json", name, "--records");
  }
  expect_refused({"tune", "linear", "--no-records", "--json", other}, "--out", path("./other"), "--json");
  expect_refused({"compare", "linear", "--records", other}, "--json", path("./other"), "--records");
  const std::string shipped = (schedules_folder() / "linear" / "cpu.nest").string();
  expect_refused({"compare", "linear", "--no-records"}, "--json", shipped, "a schedule that ships");
  expect_refused({"compare", "linear", "cpu", "--no-records"}, "--json", shipped, "FILE");
  expect_refused({"tune", "linear/cpu", "--no-records"}, "--out", shipped, "SUBJECT");
}

TEST_F(WorkbenchFiles, AnOutputIsNothingThatTheWorkbenchKeeps) {
  setenv("NESTWRIGHT_TUNING_FOLDER", folder_.path().c_str(), 1);
  write_bytes(path("machines.json"), Bytes{'[', ']'});
  write_bytes(path("records.jsonl"), {});
  fs::create_symlink("machines.json", folder_ / "to_machines");
  const std::string kernels = (schedules_folder().parent_path() / "generators" / "kernels" / "lenet5.kernels").string();
  const std::vector<std::pair<std::string, std::string>> own = {
      {path("records.jsonl"), "the tuning records"},
      {path("machines.json"), "the times of this machine"},
      {path("to_machines"), "the times of this machine"},
      {(schedules_folder() / "relu" / "cpu.nest").string(), "a schedule that ships"},
      {(schedules_folder() / "linear" / "cpu.nest").string(), "a schedule that ships"},
      {kernels, "a list of kernels"}};
  for (const auto& [file, named] : own) {
    const std::string mine = path("mine.nest");
    expect_refused({"compare", "linear", mine, "--no-records"}, "--json", file, named);
    expect_refused({"tune", "linear", "--no-records"}, "--json", file, named);
    expect_refused({"tune", "linear", "--no-records"}, "--out", file, named);
    expect_refused({"tune", mine, "--no-records"}, "--out", file, named);
    expect_refused({"import", "linear", "--autoscheduler", "mullapudi2016"}, "--out", file, named);
    if (file == path("records.jsonl")) continue;
    expect_refused({"tune", "linear"}, "--records", file, named);
    expect_refused({"compare", "linear", mine}, "--records", file, named);
  }
  unsetenv("NESTWRIGHT_TUNING_FOLDER");
}

TEST_F(WorkbenchFiles, TheTimesOfThisMachineReplaceNoSchedule) {
  setenv("NESTWRIGHT_TUNING_FOLDER", folder_.path().c_str(), 1);
  fs::create_symlink("mine.nest", folder_ / "machines.json");
  const Bytes before = read_bytes(path("mine.nest"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"explain", path("mine.nest")},
                                                {"explain", "linear/cpu", "--diff", path("mine.nest")},
                                                {"compare", "linear", path("mine.nest"), "--no-records"}}) {
    const CommandEnd end = run_command(commands, words, /*only_read=*/false);
    EXPECT_EQ(end.status, 1);
    EXPECT_THAT(end.err, testing::StartsWith("the times of this machine: names the same file as "));
    EXPECT_EQ(read_bytes(path("mine.nest")), before);
  }
  unsetenv("NESTWRIGHT_TUNING_FOLDER");
}

}  // namespace
}  // namespace nestwright::workbench
