#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/idx_files.h"
#include "tests/train/bad_use.h"
#include "tests/train/program.h"
#include "tests/train/training_runs.h"

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

// Before the work, not after it.
TEST(Usage, NamesThatAreTooLongAreRefused) {
  const TemporaryFolder folder;
  const std::string file = (folder / std::string(256, 'x')).string();
  for (const char* option : {"--checkpoint", "--json"}) {
    expect_one_line({{"train", "--data", "synthetic", option, file}, "File name too long"});
  }
  expect_one_line({{"evaluate", "--checkpoint", "/does/not/exist", "--json", file}, "File name too long"});
  std::string path;
  while (path.size() < 4090) path += "/.";
  expect_one_line(
      {{"train", "--data", "synthetic", "--checkpoint", path + "/x"}, "the path of its folder is 35 bytes too long"});
  EXPECT_THAT(names_in(folder.path()), testing::IsEmpty());
}

TEST(Usage, StacksThatAreTooSmallAreRefused) {
  const std::vector<std::string> arguments = {"train", "--data", "synthetic", "--epochs", "1", "--quiet"};
  const auto complaint = [&](const std::vector<std::string>& environment, const std::vector<std::string>& through) {
    const ProgramResult result = run_program(arguments, environment, through);
    EXPECT_EQ(result.status, 1) << result.signal;
    EXPECT_THAT(lines_of(result.err), SizeIs(1)) << result.err;
    return result.err;
  };
  for (const char* size : {"16k", "16K", "16", " 16 k ", "16384B", "255"}) {
    for (const char* name : {"OMP_STACKSIZE", "GOMP_STACKSIZE"}) {
      const std::string expected = std::string(name) + ": gives a thread a stack of ";
      EXPECT_THAT(complaint({std::string(name) + "=" + size}, {}), HasSubstr(expected)) << size;
    }
  }
  // With some 16 KB or less the system ends any program before it begins, /bin/true among them.
  for (const char* kilobytes : {"64", "128"}) {
    const std::string limit = std::string("ulimit -s ") + kilobytes + "; exec \"$0\" \"$@\"";
    EXPECT_THAT(complaint({}, {"/bin/sh", "-c", limit}),
                HasSubstr(std::string("ulimit -s: limits the stack to ") + kilobytes + " KB"));
  }
  for (const char* size : {"256k", "1M", "1 g", "262144b"}) {
    EXPECT_EQ(run_program({"evaluate", "--checkpoint", "/does/not/exist"}, {std::string("OMP_STACKSIZE=") + size}).err,
              "/does/not/exist: does not exist\n");
  }
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

TEST(Usage, ImagesOfAnotherSizeAreNamedWithTheSizeThatIsTaken) {
  const SmallData data;
  const TemporaryFolder folder;
  const std::string checkpoint = (folder / "checkpoint").string(), images = (folder / "images").string();
  ASSERT_EQ(run_program(data.train({"--epochs", "1", "--checkpoint", checkpoint})).status, 0);
  std::filesystem::create_directory(images);
  write_data_set(images, 32, 16);
  for (const auto& [width, height] :
       {std::pair(32U, 32U), {1U, 1U}, {12U, 12U}, {30U, 28U}, {28U, 27U}, {256U, 256U}}) {
    write_bytes(images + "/train-images-idx3-ubyte", idx_images(32, width, height));
    write_bytes(images + "/t10k-images-idx3-ubyte", idx_images(16, width, height));
    const std::string size = std::to_string(width) + " x " + std::to_string(height);
    expect_one_line({{"train", "--data", images, "--quiet"},
                     images + ": its images are " + size + "; lenet5 takes 28 x 28 in this program; give images of "});
    expect_one_line({{"evaluate", "--data", images, "--checkpoint", checkpoint}, images + ": its images are " + size});
    expect_one_line({{"evaluate", "--data", images, "--checkpoint", checkpoint}, " takes 28 x 28"});
  }
}

}  // namespace
}  // namespace nestwright
