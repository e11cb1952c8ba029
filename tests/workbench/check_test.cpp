#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;

class CheckTest : public ::testing::Test {
 protected:
  // Writes a schedule to a file, and gives the file's name.
  std::string write(const std::string& name, const std::string& text) {
    write_bytes(folder_ / name, Bytes(text.begin(), text.end()));
    return (folder_ / name).string();
  }

  TemporaryFolder folder_;
};

TEST_F(CheckTest, ALegalScheduleIsCheckedAtEveryShapeOfTheModel) {
  const std::string file = write("mine.nest", "schedule conv2d for cpu\nconv.compute_root()\noutput.vectorize(lane)\n");
  const ProgramResult result = run_program({"check", file});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, MatchesRegex(".*mine\\.nest: legal at 2 shapes \\([0-9.]+ s\\)\n"));
  EXPECT_THAT(run_program({"check", file, "--layer", "conv2"}).out, HasSubstr("legal at 1 shape ("));
}

TEST_F(CheckTest, AnIllegalOneGetsItsLineAndACaret) {
  const std::string file =
      write("wrong.nest", "schedule conv2d for cpu\nconv.compute_root()\noutput.vectorise(lane)\n");
  const ProgramResult result = run_program({"check", file});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(lines_of(result.out), ElementsAre(StartsWith(file + ":3:8: "), "output.vectorise(lane)", "       ^"));
  EXPECT_THAT(result.out, HasSubstr("did you mean `vectorize`?"));
}

TEST_F(CheckTest, RefusesWhatWouldReadBeyondABuffer) {
  // 12 columns of the convolution need 16 of the input, which has 14.
  const std::string file =
      write("wide.nest", "schedule conv2d for cpu\nconv.compute_root().align_bounds(x, 4)\noutput.compute_root()\n");
  const ProgramResult result = run_program({"check", file, "--layer", "conv2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              HasSubstr(":2:21: Halide refuses align_bounds(x, 4) of `conv`: it would fail whenever it is called: "
                        "`input` would be read from 0 to 15 in `x`, where it has 0 to 13; align_bounds(x, 2) "
                        "would do"));
}

TEST_F(CheckTest, RefusesAShapeWithATensorThatHalideCannotAddress) {
  for (const char* const size : {"2147483647", "536870912"}) {
    const ProgramResult result = run_program({"check", "relu/cpu", "--shape", std::string("lanes=1,size=") + size});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, HasSubstr("relu: 'input' has more than 2147483647 bytes at this shape"));
  }
}

// With one block of one image all threads read the same index, which Halide would read on the processor before it
// starts the kernel.
TEST_F(CheckTest, RefusesWhatWouldReadADevicesTensorOnTheProcessor) {
  const auto check = [&](const std::string& condition) {
    const std::string file = write("load.nest", "schedule load_images for gpu\noutput.specialize(" + condition +
                                                    ").gpu_blocks(y, b).gpu_threads(x)\n"
                                                    "output.gpu_blocks(y, b).gpu_threads(x)\n");
    return run_program({"check", file, "--shape", "lanes=1,width=9,height=9"});
  };
  EXPECT_EQ(check("extent(output, b) <= 2").status, 0);
  const ProgramResult result = check("extent(output, b) <= 1");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("the processor would read indices before it starts the GPU's kernel"));
  EXPECT_THAT(lines_of(result.out), SizeIs(3));
}

TEST_F(CheckTest, RefusesMoreThreadsThanAGroupCanHave) {
  const auto check = [&](int threads) {
    const std::string file = write("wide.nest", "schedule relu for gpu\noutput.gpu_tile(i, block, thread, " +
                                                    std::to_string(threads) + ").gpu_threads(lane)\n");
    return run_program({"check", file, "--shape", "lanes=32,size=4704"});
  };
  EXPECT_EQ(check(32).status, 0);
  const ProgramResult result = check(33);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("a group of the GPU's threads would have 1056 of them, and 1024 are possible"));
  EXPECT_THAT(lines_of(result.out), SizeIs(3));
}

TEST_F(CheckTest, NamesTheNearestFuncLoopAndOperator) {
  const auto complaint = [&](const std::string& text) {
    const ProgramResult result = run_program({"check", write("wrong.nest", text)});
    EXPECT_EQ(result.status, 1);
    return result.out;
  };
  EXPECT_THAT(complaint("schedule conv2d for cpu\nconvv.compute_root()\n"),
              HasSubstr(":2:1: no Func `convv` in conv2d; did you mean `conv`?"));
  EXPECT_THAT(complaint("schedule conv2d for cpu\noutput.vectorize(lan)\n"),
              HasSubstr(":2:18: no loop `lan` in `output`; did you mean `lane`?"));
  EXPECT_THAT(complaint("schedule conv2 for cpu\n"), HasSubstr(":1:10: no operator 'conv2'; did you mean 'conv2d'?"));
  EXPECT_THAT(complaint("schedule conv2d using drect for cpu\n"), HasSubstr(":1:23: "));
  EXPECT_THAT(complaint("schedule conv2d for cpu\noutput.gpu_blocks(b)\n"), HasSubstr(":2:8: gpu_blocks needs a GPU"));
  EXPECT_THAT(complaint(""), HasSubstr("wrong.nest:1:1: "));
}

// bound() promises 10 columns: true at conv2's shape, but not at conv1's, which has 28.
TEST_F(CheckTest, SaysAtWhichShapeAScheduleIsWrong) {
  const std::string file = write("narrow.nest", "schedule conv2d for cpu\nconv.compute_root().bound(x, 0, 10)\n");
  EXPECT_EQ(run_program({"check", file, "--layer", "conv2"}).status, 0);
  const ProgramResult result = run_program({"check", file});
  EXPECT_EQ(result.status, 1) << result.out;
  EXPECT_THAT(result.out, StartsWith(file + ":2:21: "));
  EXPECT_THAT(result.out, HasSubstr("the elements 0 to 27 of `conv` in `x` are needed"));
  EXPECT_THAT(result.out, HasSubstr("(at lanes=16 width=32 "));
  EXPECT_THAT(lines_of(result.out), SizeIs(3));
}

TEST_F(CheckTest, ManyFilesGiveAVerdictEach) {
  const std::string wrong = write("wrong.nest", "schedule relu for cpu\noutput.fuse(lane, j, value)\n");
  const ProgramResult result = run_program({"check", "relu/cpu", wrong, "relu/reference", "no/such"});
  EXPECT_EQ(result.status, 1);
  const std::vector<std::string> lines = lines_of(result.out);
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_THAT(lines[0], StartsWith("relu/cpu: legal at "));
  EXPECT_THAT(lines[1], StartsWith(wrong + ":2:19: no loop `j` in `output`"));
  EXPECT_THAT(lines[4], StartsWith("relu/reference: legal at "));
  EXPECT_THAT(lines[5], StartsWith("no/such: is no file and no shipped schedule"));
}

TEST_F(CheckTest, PrintsJson) {
  const std::string wrong = write("wrong.nest", "schedule relu for cpu\noutput.spilt(lane, a, c, 2)\n");
  const ProgramResult result = run_program({"check", "relu/cpu", wrong, "--json", "--shape", "lanes=1,size=33"});
  EXPECT_EQ(result.status, 1);
  const nlohmann::json verdicts = nlohmann::json::parse(result.out);
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts[0]["file"], "relu/cpu");
  EXPECT_EQ(verdicts[0]["legal"], true);
  EXPECT_EQ(verdicts[0]["complaint"], "");
  EXPECT_EQ(verdicts[0]["shapes"], nlohmann::json({"lanes=1 size=33"}));
  EXPECT_GT(verdicts[0]["seconds"].get<double>(), 0.0);
  EXPECT_EQ(verdicts[1]["file"], wrong);
  EXPECT_EQ(verdicts[1]["legal"], false);
  EXPECT_THAT(verdicts[1]["complaint"].get<std::string>(), HasSubstr("did you mean `split`?"));
  EXPECT_EQ(verdicts[1]["shapes"].size(), 0U);
  EXPECT_EQ(run_program({"check", "relu/cpu", "--json"}).status, 0);
}

// Whatever becomes of the program with a later one. All verdicts together are shorter than a pipe's buffer in C.
TEST_F(CheckTest, AVerdictIsThereAsSoonAsItIsMade) {
  std::vector<std::string> arguments = {"check", "--no-hints", write("first.nest", "schedule relu for cpu\n")};
  arguments.insert(arguments.end(), 8, "conv2d/cpu");  // they take seconds
  StartedProgram program(arguments);
  ASSERT_TRUE(program.wait_for("first.nest: legal"));
  program.send(SIGKILL);
  EXPECT_EQ(program.finish().signal, SIGKILL);
}

}  // namespace
}  // namespace nestwright
