#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "ops/signature/signature.h"
#include "tests/train/bad_use.h"
#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class WorkbenchBadUseTest : public ::testing::TestWithParam<BadUse> {};

TEST_P(WorkbenchBadUseTest, GivesOneLine) { expect_one_line(GetParam()); }

const std::vector<BadUse> bad_uses = {
    {{}, "subcommand is required"},
    {{"chekc"}, "unknown command chekc; did you mean check?"},
    {{"check"}, "FILE is required"},
    {{"check", "conv2d/cpu", "--jsn"}, "unknown option --jsn; did you mean --json?"},
    {{"check", "conv2d/cpu", "--model", "lenet"}, "--model: \"lenet\" is not one of lenet5, lenet_caffe"},
    {{"ops", "convd"}, "conv2d"},
    {{"ops", "conv2d", "--shape", "width=4"}, "height"},
    {{"ops", "relu", "--shape", "lanes=2147483647,size=64"}, "more than 2147483647 bytes"},
    {{"ops", "relu", "--shape", ""}, "--shape: \"\" is not name=value,name=value"},
    {{"explain", "relu/cpu", "--tune", ""}, "--tune: \"\" is not name=value,name=value"},
    {{"tune", "relu", "--budget", ""}, "--budget: \"\" is not a time, as 60s, 2m or 90"},
    {{"watch", ""}, "\"\": is no file and no shipped schedule"},
    {{"ops", "conv2d", "--layer", "conv9"}, "lenet5 has no conv2d in a layer 'conv9'; it has it in: conv1, conv2"},
    {{"schedules", "conv3d"}, "conv2d"},
    {{"new", "conv2d"}, "NAME is required"},
    {{"new", "conv2d", "My Schedule"}, "\"My Schedule\" is no name of a schedule"},
    {{"new", "conv2d", "mine", "--for", "tpu"}, "--for: \"tpu\" is not one of cpu, gpu, any"},
    {{"new", "conv2d", "mine", "--algorithm", "fft", "--out", "."}, "fft"},
    {{"new", "conv2d", "cpu", "--out", NESTWRIGHT_SCHEDULES_FOLDER "/conv2d"}, "exists already; choose another name"},
    {{"new", "conv2d", "mine", "--out", "/does/not/exist"}, "/does/not/exist/mine.nest: can't be made: No such file"},
    {{"help", "split", "--markdown"}, "--markdown"},
    {{"watch"}, "FILE is required"},
    {{"watch", "conv2d/nothing"}, "conv2d/nothing: is no file and no shipped schedule"},
    {{"watch", "conv2d/cpu", "--batch", "0"}, "--batch: \"0\" is not a whole number from 1"},
};

INSTANTIATE_TEST_SUITE_P(Everywhere, WorkbenchBadUseTest, ::testing::ValuesIn(bad_uses));

TEST(Ops, ListsEveryOperator) {
  const ProgramResult result = run_program({"ops"});
  EXPECT_EQ(result.status, 0) << result.err;
  for (const Signature& signature : all_signatures()) {
    EXPECT_THAT(result.out, HasSubstr(signature.name + " ")) << signature.name;
    EXPECT_THAT(result.out, HasSubstr("\n    " + signature.summary + "\n"));
  }
}

TEST(Ops, SaysWhatOfOneOperatorCanBeScheduled) {
  const ProgramResult result = run_program({"ops", "conv2d", "--model", "lenet5", "--layer", "conv1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("shape in lenet5 conv1: lanes=16"));
  EXPECT_THAT(result.out, HasSubstr("  takes input(lane: 16, x: 32, y: 32, c: 1, block: *)\n"));
  EXPECT_THAT(result.out, HasSubstr("  gives output(lane: 16, x: 28, y: 28, c: 6, block: *)\n"));
  EXPECT_THAT(result.out, HasSubstr("algorithm direct (the default)\n"));
  EXPECT_THAT(result.out, HasSubstr("    conv.update(0)  sums over kx: 5, ky: 5, ci: 1\n"));
  EXPECT_THAT(result.out, HasSubstr("    conv(lane, x, y, co, b)\n"));
}

TEST(Ops, ShowsEveryAlgorithmAtAnyShape) {
  const ProgramResult result = run_program({"ops", "conv2d_input_gradient", "--shape",
                                            "width=9,height=8,in_channels=3,out_channels=2,kernel_width=3,"
                                            "kernel_height=2"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("algorithm direct (the default)\n"));
  EXPECT_THAT(result.out, HasSubstr("algorithm spread\n"));
  EXPECT_THAT(result.out, HasSubstr("output_gradient(lane: 16, x: 7, y: 7, c: 2, block: *)"));
}

TEST(Schedules, ListsThoseOfOneOperatorOrAll) {
  const ProgramResult one = run_program({"schedules", "conv2d", "--records", "nowhere.jsonl"});
  EXPECT_EQ(one.status, 0) << one.err;
  const std::vector<std::string> lines = lines_of(one.out);
  EXPECT_THAT(lines, Each(StartsWith("conv2d/")));
  EXPECT_THAT(one.out, HasSubstr("conv2d/cpu "));
  EXPECT_THAT(one.out, HasSubstr(" any  Each stage in full before the next, in the order of the formula\n"));

  const ProgramResult all = run_program({"schedules"});
  EXPECT_EQ(all.status, 0) << all.err;
  for (const Signature& signature : all_signatures()) {
    EXPECT_THAT(all.out, HasSubstr(signature.name + "/cpu ")) << signature.name;
    EXPECT_THAT(all.out, HasSubstr(signature.name + "/reference ")) << signature.name;
  }
}

class NewTest : public ::testing::TestWithParam<std::string> {};

// Every operator's first draft is legal as it is.
TEST_P(NewTest, WritesSchedulesThatAreLegal) {
  const TemporaryFolder folder;
  for (const std::string purpose : {"cpu", "gpu", "any"}) {
    const std::string file = (folder / (purpose + ".nest")).string();
    const ProgramResult made =
        run_program({"new", GetParam(), purpose, "--for", purpose, "--out", folder.path().string()});
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out, file + "\n");
    const ProgramResult checked = run_program({"check", file});
    EXPECT_EQ(checked.status, 0) << checked.out;
    EXPECT_THAT(checked.out, StartsWith(file + ": legal at "));
  }
}

std::vector<std::string> operators() {
  std::vector<std::string> names;
  for (const Signature& signature : all_signatures()) names.push_back(signature.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Everywhere, NewTest, ::testing::ValuesIn(operators()),
                         [](const auto& info) { return info.param; });

TEST(New, NamesAlgorithmPurposeAndLoops) {
  const TemporaryFolder folder;
  const ProgramResult result = run_program({"new", "conv2d_input_gradient", "mine", "--algorithm", "spread", "--for",
                                            "gpu", "--out", folder.path().string()});
  EXPECT_EQ(result.status, 0) << result.err;
  const Bytes bytes = read_bytes(folder / "mine.nest");
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_THAT(text, HasSubstr("\nschedule conv2d_input_gradient using spread for gpu\n"));
  EXPECT_THAT(text, HasSubstr("\n# Loops, the innermost first: lane, x, y, ci, "
                              "b.\ninput_gradient.compute_root().gpu_blocks(b).gpu_threads(lane)\n"));
  EXPECT_THAT(text, HasSubstr("\n# input_sum.update(0) has these loops and those that it sums over: "));
  EXPECT_THAT(names_in(folder.path()), ElementsAre("mine.nest"));
}

TEST(New, WritesIntoTheCurrentFolder) {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const ProgramResult result = run_program({"new", "relu", "here"});
  std::filesystem::current_path(before);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "here.nest\n");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("here.nest"));
}

// Not even a link that leads nowhere, through which a file would come to be elsewhere.
TEST(New, FollowsNoLink) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("elsewhere", folder / "mine.nest");
  const ProgramResult result = run_program({"new", "relu", "mine", "--out", folder.path().string()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("mine.nest: exists already"));
  EXPECT_THAT(names_in(folder.path()), ElementsAre("mine.nest"));
}

TEST(New, OverwritesNothing) {
  const TemporaryFolder folder;
  const std::string text = "mine";
  write_bytes(folder / "kept.nest", Bytes(text.begin(), text.end()));
  const ProgramResult result = run_program({"new", "relu", "kept", "--out", folder.path().string()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("kept.nest: exists already"));
  EXPECT_EQ(read_bytes(folder / "kept.nest"), Bytes(text.begin(), text.end()));
}

}  // namespace
}  // namespace nestwright
