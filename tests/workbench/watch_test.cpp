#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const std::string header = "schedule relu for cpu\n";
// A schedule with an unknown loop. The verdict names the loop, so that a test can tell which save it is about.
std::string faulty(const std::string& loop) { return header + "output.vectorize(" + loop + ")\n"; }
std::string complaint_about(const std::string& loop) { return "no loop `" + loop + "` in `output`"; }

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() { write(faulty("first")); }

  std::string path() const { return (folder_ / "mine.nest").string(); }
  void write(const std::string& text, const std::string& name = "mine.nest") {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::vector<std::string> arguments() const { return {"watch", path(), "--shape", "size=64"}; }

  // The number of verdicts in what was printed: one for each line with a complaint about a loop.
  static std::size_t verdicts(const std::string& out) {
    std::size_t count = 0;
    for (std::size_t at = out.find("no loop `"); at != std::string::npos; at = out.find("no loop `", at + 1)) ++count;
    return count;
  }

  // Ends the program as Ctrl-C does.
  static ProgramResult interrupt(StartedProgram& program) {
    program.send(SIGINT);
    ProgramResult result = program.finish();
    EXPECT_EQ(result.status, 130);
    EXPECT_EQ(result.err, "");
    return result;
  }

  TemporaryFolder folder_;
};

TEST_F(WatchTest, OnceGivesAVerdictWithErrorTimeAndRatio) {
  const ProgramResult result = run_program({"watch", "conv2d/cpu", "--once", "--layer", "conv2", "--batch", "17"});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out,
              MatchesRegex("legal; right, largest error [0-9.e-]+, [0-9.e+-]+ % of what rounding allows; [0-9.e+]+ us "
                           "\\(spread [0-9]+ %\\), [0-9.e+]+ GFLOP/s; [0-9.]+ times as fast as conv2d/cpu "
                           "\\([0-9.e+]+ us\\) for 17 images of lenet5 conv2 "
                           "\\([0-9.]+ s\\)(; the machine is busy, save again)?\n"));
}

TEST_F(WatchTest, SmallBlocksAreHeldAgainstTheSmallBatchSchedule) {
  const ProgramResult result =
      run_program({"watch", "linear/cpu_small_batch", "--once", "--shape", "lanes=1,in_features=20,out_features=7"});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("times as fast as linear/cpu_small_batch "));
  EXPECT_THAT(result.out, HasSubstr(" images of lanes=1 in_features=20 out_features=7 "));
}

TEST_F(WatchTest, OnceGivesTheErrorWithItsCaret) {
  const ProgramResult result = run_program({"watch", path(), "--once"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(lines_of(result.out), ElementsAre(StartsWith(path() + ":2:18: " + complaint_about("first")),
                                                "output.vectorize(first)", "                 ^"));
}

TEST_F(WatchTest, AWrongTargetOfTheEnvironmentIsNoFaultOfTheSchedule) {
  for (const std::string target : {"bogus", "host-bogus", "arm-64-android"}) {
    const ProgramResult result = run_program({"watch", "relu/cpu", "--once"}, {"HL_JIT_TARGET=" + target});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "HL_JIT_TARGET: '" + target +
                              "' is no target that this machine runs; expected host, or host and features, as "
                              "host-avx2; or unset it\n");
  }
}

TEST_F(WatchTest, OnceFailsForALayerThatIsNotThere) {
  const ProgramResult result = run_program({"watch", "conv2d/cpu", "--once", "--layer", "conv9"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("lenet5 has no conv2d in a layer 'conv9'"));
}

TEST_F(WatchTest, EachSaveGivesAVerdictAndCtrlCEnds) {
  StartedProgram program(arguments());
  ASSERT_TRUE(program.wait_for(complaint_about("first")));
  write(faulty("second"));
  ASSERT_TRUE(program.wait_for(complaint_about("second")));
  write(header + "output.vectorize(lane)\n");
  ASSERT_TRUE(program.wait_for("legal; right"));
  const ProgramResult result = interrupt(program);
  EXPECT_THAT(lines_of(result.out)[0], StartsWith("watching " + path()));
}

TEST_F(WatchTest, CtrlCEndsAtOnceWhileAScheduleIsCompiled) {
  write("schedule tanh for cpu\noutput.vectorize(lane).unroll(i, 450)\n");  // it takes seconds
  for (const int signal : {SIGINT, SIGTERM}) {
    StartedProgram program({"watch", path(), "--shape", "size=20000"});
    ASSERT_TRUE(program.wait_for("watching "));
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const auto sent = std::chrono::steady_clock::now();
    program.send(signal);
    const ProgramResult result = program.finish();
    EXPECT_EQ(result.status, 128 + signal);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(lines_of(result.out).size(), 1U) << result.out;  // it was not done yet
    EXPECT_LT(std::chrono::steady_clock::now() - sent, std::chrono::seconds(1));
  }
}

TEST_F(WatchTest, AFileThatTakesTheOthersPlaceIsASave) {
  StartedProgram program(arguments());
  ASSERT_TRUE(program.wait_for(complaint_about("first")));
  for (const std::string loop : {"second", "third"}) {
    write(faulty(loop), "mine.nest~new");
    std::filesystem::rename(folder_ / "mine.nest~new", folder_ / "mine.nest");
    ASSERT_TRUE(program.wait_for(complaint_about(loop)));
  }
  // Saves as Vim does, which moves the old file away first.
  std::filesystem::rename(folder_ / "mine.nest", folder_ / "mine.nest~");
  write(faulty("fourth"));
  ASSERT_TRUE(program.wait_for(complaint_about("fourth")));
  EXPECT_EQ(verdicts(interrupt(program).out), 4U);
}

TEST_F(WatchTest, SeveralStepsAreOneSave) {
  StartedProgram program(arguments());
  ASSERT_TRUE(program.wait_for(complaint_about("first")));
  // The file is emptied, written in parts and written again. The program is stopped meanwhile, so that it does not
  // matter how fast this is.
  program.send(SIGSTOP);
  for (const std::string& text : {std::string(), header, faulty("half"), faulty("whole")}) write(text);
  program.send(SIGCONT);
  ASSERT_TRUE(program.wait_for(complaint_about("whole")));
  write(faulty("last"));
  ASSERT_TRUE(program.wait_for(complaint_about("last")));
  const std::string out = interrupt(program).out;
  EXPECT_EQ(verdicts(out), 3U) << out;
  EXPECT_THAT(out, ::testing::Not(HasSubstr(complaint_about("half"))));
}

TEST_F(WatchTest, OtherFilesOfTheFolderAreNoSave) {
  StartedProgram program(arguments());
  ASSERT_TRUE(program.wait_for(complaint_about("first")));
  write(faulty("other"), "other.nest");
  write(faulty("swap"), ".mine.nest.swp");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  write(faulty("second"));
  ASSERT_TRUE(program.wait_for(complaint_about("second")));
  EXPECT_EQ(verdicts(interrupt(program).out), 2U);
}

TEST_F(WatchTest, ASymbolicLinkStandsForItsFile) {
  const TemporaryFolder other;
  std::filesystem::create_symlink(folder_ / "mine.nest", other / "link.nest");
  StartedProgram program({"watch", (other / "link.nest").string(), "--shape", "size=64"});
  ASSERT_TRUE(program.wait_for(complaint_about("first")));
  write(faulty("second"));
  ASSERT_TRUE(program.wait_for(complaint_about("second")));
  interrupt(program);
}

TEST_F(WatchTest, SaysWhenTheFileIsGoneAndGoesOnWhenItIsBack) {
  const std::vector<std::function<void()>> replacements = {[] {}, [&] { std::filesystem::create_directory(path()); },
                                                           [&] { EXPECT_EQ(mkfifo(path().c_str(), 0600), 0); }};
  for (const auto& replace : replacements) {
    write(faulty("first"));
    StartedProgram program(arguments());
    ASSERT_TRUE(program.wait_for(complaint_about("first")));
    std::filesystem::remove(path());
    replace();
    ASSERT_TRUE(program.wait_for(path() + ": is no file any more; a verdict comes when it is back\n"));
    std::filesystem::remove(path());
    write(faulty("second"));
    ASSERT_TRUE(program.wait_for(complaint_about("second")));
    const std::string out = interrupt(program).out;
    EXPECT_EQ(verdicts(out), 2U) << out;
    EXPECT_EQ(out.find("is no file"), out.rfind("is no file")) << out;
  }
}

TEST_F(WatchTest, EndsWhereTheFolderGoes) {
  auto gone = std::make_unique<TemporaryFolder>();
  std::ofstream(*gone / "mine.nest") << faulty("first");
  StartedProgram program({"watch", (*gone / "mine.nest").string(), "--shape", "size=64"});
  ASSERT_TRUE(program.wait_for(complaint_about("first")));
  gone.reset();
  const ProgramResult result = program.finish();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(lines_of(result.err), ElementsAre(HasSubstr("is gone; there is nothing to watch")));
}

}  // namespace
}  // namespace nestwright
