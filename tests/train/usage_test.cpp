#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/idx_files.h"
#include "tests/train/bad_use.h"
#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class BadUseTest : public ::testing::TestWithParam<BadUse> {};

TEST_P(BadUseTest, GivesOneLine) { expect_one_line(GetParam()); }

const std::vector<BadUse> bad_uses = {
    {{}, "subcommand is required"},
    {{"trian"}, "unknown command trian; did you mean train?"},
    {{"train", "--ephocs", "3"}, "unknown option --ephocs; did you mean --epochs?"},
    {{"train", "extra"}, "unknown argument extra"},
    {{"train", "--epochs"}, "--epochs"},
    {{"train", "--epochs", "0"}, "\"0\" is not a whole number from 1"},
    {{"train", "--epochs", "1e3"}, "\"1e3\" is not a whole number"},
    {{"train", "--epochs", "99999999999999999999"}, "is not a whole number"},
    {{"train", "--batch-size", "-1"}, "--batch-size: \"-1\" is not"},
    {{"train", "--test-batch-size", "0"}, "--test-batch-size: \"0\" is not"},
    {{"train", "--threads", "0"}, "--threads: \"0\" is not"},
    {{"train", "--seed", "-1"}, "--seed: \"-1\" is not"},
    {{"train", "--lr", "0"}, "--lr: \"0\" is not a number above 0"},
    {{"train", "--lr", "nan"}, "--lr: \"nan\" is not"},
    {{"train", "--gamma", "0.7x"}, "--gamma: \"0.7x\" is not"},
    {{"train", "--optimizer", "adm"}, "did you mean adam?"},
    {{"train", "--model", "lenet"}, "--model: \"lenet\" is not one of lenet5, lenet_caffe"},
    {{"train", "--data", ""}, "--data"},
    {{"train", "--data", "/does/not/exist"}, "/does/not/exist: does not exist"},
    {{"train", "--data", "/", "--epochs", "1"}, "holds no train-images-idx3-ubyte"},
    {{"train", "--data", "synthetic", "--checkpoint", "/does/not/exist"}, "the folder /does/not does not exist"},
    {{"train", "--data", "synthetic", "--checkpoint", "/usr"}, "/usr: is a folder"},
    {{"train", "--data", "synthetic", "--json", "/does/not/exist"}, "the folder /does/not does not exist"},
    {{"train", "--resume", "/does/not/exist"}, "/does/not/exist: does not exist"},
    {{"evaluate"}, "--checkpoint is required"},
    {{"evaluate", "--checkpoint", "/does/not/exist"}, "/does/not/exist: does not exist"},
    {{"kernels", "--model", "lenet"}, "--model: \"lenet\" is not one of"},
};

INSTANTIATE_TEST_SUITE_P(Everywhere, BadUseTest, ::testing::ValuesIn(bad_uses));

TEST(Usage, HelpIsNoError) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"train", "--help"}, {"evaluate", "--help"}, {"kernels", "--help"}}) {
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, HasSubstr("--help"));
  }
}

TEST(Usage, TwoResultsWantTwoFiles) {
  const TemporaryFolder folder;
  const std::string file = (folder / "result").string();
  std::filesystem::create_symlink("result", folder / "link");
  for (const std::string& other : {file, (folder / "." / "result").string(), (folder / "link").string()}) {
    expect_one_line({{"train", "--json", other, "--checkpoint", file}, "same file as --checkpoint"});
    expect_one_line({{"train", "--json", other, "--resume", file}, "same file as --resume"});
    expect_one_line({{"evaluate", "--json", other, "--checkpoint", file}, "same file as --checkpoint"});
  }
  EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("link"));
}

TEST(Usage, ImagesOfAnotherSizeHaveNoKernels) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 32, 16);
  write_bytes(folder / "train-images-idx3-ubyte", idx_images(32, 20, 20));
  write_bytes(folder / "t10k-images-idx3-ubyte", idx_images(16, 20, 20));
  const ProgramResult result = run_program({"train", "--data", folder.path().string(), "--quiet"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(lines_of(result.err), SizeIs(1)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("width=20"));
}

}  // namespace
}  // namespace nestwright
