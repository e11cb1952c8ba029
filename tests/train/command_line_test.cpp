// What holds for all commands of the training program: numbers, files and streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/atomic_file.h"
#include "tests/support/idx_files.h"
#include "tests/support/json_files.h"
#include "tests/support/number_options.h"
#include "tests/support/program_streams.h"
#include "tests/support/pseudo_terminal.h"
#include "tools/train/command.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr Command commands[] = {
#define COMMAND(name, summary) {#name, summary, &add_##name},
#include "tools/train/commands.inc"
#undef COMMAND
};

TEST(TrainCommandLine, NumbersAreWithinTheirBounds) {
  expect_numbers_within_bounds(commands, {"train --seed"}, {{"evaluate", {"--checkpoint", "x"}}});
  expect_all_others_known(commands, {"--data", "--checkpoint", "--resume", "--json"});
}

TEST(TrainCommandLine, TheNumberOfThreadsOfTheEnvironmentIsOne) {
  for (const std::string number : far_numbers) {
    const ShellResult result = run_shell("OMP_NUM_THREADS=" + number + " " + quoted(NESTWRIGHT_PROGRAM) + " kernels");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.said, HasSubstr("OMP_NUM_THREADS: \"" + number + "\" is not a whole number from 1 to 1024"));
  }
  for (const char* fine : {"1", "1024", "\" 2, 1 \""}) {
    EXPECT_EQ(
        run_shell(std::string("OMP_NUM_THREADS=") + fine + " " + quoted(NESTWRIGHT_PROGRAM) + " kernels > /dev/null")
            .said,
        "");
  }
}

// How a file can be named, and a name that nothing has yet.
class TrainFiles : public ::testing::Test {
 protected:
  TrainFiles() {
    write_data_set(folder_.path(), 32, 16);
    write_text_file(folder_ / "old.st", "no checkpoint");
    fs::create_symlink("old.st", folder_ / "link");
    fs::create_hard_link(folder_ / "old.st", folder_ / "hard");
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Expects that the command refuses the two options' files, and leaves them as they are.
  void expect_refused(const std::string& command, const std::string& output, const std::string& file,
                      const std::string& input, const std::string& other, const std::string& named) const {
    const Bytes before = read_bytes(file);
    const CommandEnd end = run_command(commands, {command, output, file, input, other}, /*only_read=*/false);
    SCOPED_TRACE(command + " " + output + " " + file + " " + input + " " + other);
    EXPECT_EQ(end.status, 1);
    EXPECT_EQ(end.err, output + ": names the same file as " + named + ", " + file + "; give each a file of its own\n");
    EXPECT_EQ(read_bytes(file), before);
  }

  TemporaryFolder folder_;
};

TEST_F(TrainFiles, EveryPathIsKnownAsAnInputOrAnOutput) {
  // --resume and --checkpoint may be one file, as a run goes on in it; of all others each pair is tried below.
  std::set<std::string> found;
  for (const DeclaredOption& option : declared_options(commands)) {
    if (option.type == "PATH") found.insert(option.text());
  }
  EXPECT_EQ(found, (std::set<std::string>{"train --data", "train --checkpoint", "train --resume", "train --json",
                                          "evaluate --checkpoint", "evaluate --data", "evaluate --json"}));
}

TEST_F(TrainFiles, AnOutputIsNeverAnInputOrAnotherOutput) {
  const std::string old = path("old.st");
  for (const std::string& name : {old, path("./old.st"), path("link"), path("hard")}) {
    expect_refused("train", "--json", name, "--resume", old, "--resume");
    expect_refused("train", "--json", name, "--checkpoint", old, "--checkpoint");
    expect_refused("evaluate", "--json", name, "--checkpoint", old, "--checkpoint");
  }
  const std::string none = path("none"), also_none = path("../") + folder_.path().filename().string() + "/none";
  expect_refused("train", "--json", also_none, "--checkpoint", none, "--checkpoint");
  for (const char* file : {"train-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images.idx3-ubyte.gz"}) {
    expect_refused("train", "--json", path(file), "--data", folder_.path().string(), "--data");
    expect_refused("train", "--checkpoint", path(file), "--data", folder_.path().string(), "--data");
  }
}

TEST_F(TrainFiles, OutputsAreCheckedBeforeAnyWork) {
  const auto said = [&](const std::string& option, const std::string& file) {
    return run_command(commands, {"train", "--data", folder_.path().string(), option, file}, false).err;
  };
  EXPECT_EQ(said("--json", folder_.path().string()),
            folder_.path().string() + ": is a folder; give the name of a file\n");
  EXPECT_EQ(said("--checkpoint", "/dev/null"), "/dev/null: is not a regular file\n");
  EXPECT_THAT(said("--checkpoint", path(std::string(256, 'n'))), HasSubstr("File name too long"));
  EXPECT_THAT(said("--json", path("none/file")), HasSubstr("does not exist"));
}

TEST(TrainStreams, OutputMayGoNowhere) { expect_ends_well_where_output_goes_nowhere("kernels"); }

TEST(TrainStreams, HelpMayGoNowhere) { expect_ends_well_where_output_goes_nowhere("train --help"); }

TEST(TrainStreams, RefusalsEndWithStatusOneAndOneLine) {
  expect_refusal_whatever_standard_error_is("train --epochs 0");
  expect_refusal_whatever_standard_error_is("evaluate --checkpoint $'no\\n\\e[31mfile\\x7f\\xff'");
  expect_refusal_whatever_standard_error_is("evaluate --checkpoint $(printf 'x%.0s' {1..4000})");
  expect_refusal_whatever_standard_error_is("train --data $'a\\rb'");
}

TEST_F(TrainFiles, ClosedStreamsAreNeverFiles) {
  const std::string arguments = " train --quiet --epochs 1 --threads 1 --data " + quoted(folder_.path().string()) +
                                " --checkpoint " + quoted(path("c.st")) + " --json " + quoted(path("j.json"));
  const ShellResult result = run_shell(quoted(NESTWRIGHT_PROGRAM) + arguments + " <&- >&- 2>&-");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(read_json(path("j.json")).at("epochs").size(), 1U);
  EXPECT_EQ(run_shell(quoted(NESTWRIGHT_PROGRAM) + " evaluate --data " + quoted(folder_.path().string()) +
                      " --checkpoint " + quoted(path("c.st")) + " > /dev/null")
                .status,
            0);
}

TEST_F(TrainFiles, ACheckpointDoesNotReplaceWhereOutputGoes) {
  const std::string file = quoted(path("log"));
  const ShellResult result = run_shell(quoted(NESTWRIGHT_PROGRAM) + " train --epochs 1 --data " +
                                       quoted(folder_.path().string()) + " --checkpoint " + file + " > " + file);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.said, "--checkpoint: names the file that standard output or error goes to\n");
}

TEST_F(TrainFiles, AReportMayGoToStandardOutput) {
  const std::string command = quoted(NESTWRIGHT_PROGRAM) + " train --quiet --epochs 1 --threads 1 --data " +
                              quoted(folder_.path().string()) + " --json /dev/stdout";
  EXPECT_EQ(run_shell(command + " > " + quoted(path("report"))).status, 0);
  EXPECT_EQ(read_json(path("report")).at("epochs").size(), 1U);
  const ShellResult gone = run_shell("(sleep 0.2; exec " + command + ") | true");
  EXPECT_EQ(gone.status, 141);
  EXPECT_EQ(gone.said, "");
}

TEST_F(TrainFiles, ADumbTerminalGetsPlainLines) {
  if (!has_pseudo_terminals()) GTEST_SKIP() << "this system gives no terminals";
  const ShellResult result = run_shell(
      "TERM=dumb script -qec " +
      quoted(quoted(NESTWRIGHT_PROGRAM) + " train --epochs 1 --threads 1 --data " + quoted(folder_.path().string())) +
      " /dev/null < /dev/null");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.said, HasSubstr("1 epoch in"));
  EXPECT_EQ(result.said.find('\x1b'), std::string::npos) << result.said;
}

}  // namespace
}  // namespace nestwright
