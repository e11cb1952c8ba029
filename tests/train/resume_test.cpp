#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <limits>

#include "tests/support/idx_files.h"
#include "tests/train/training_runs.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ResumeTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Trains for `epochs` epochs, and leaves the checkpoint `name`.
  void make(const std::string& name, const std::string& epochs, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--epochs", epochs, "--threads", "2", "--checkpoint", path(name)});
    const ProgramResult result = run_program(data_.train(more));
    ASSERT_EQ(result.status, 0) << result.err;
  }

  // The complaint of a run that resumes "start" with these arguments, which may print and write nothing else.
  std::string complaint(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"train", "--resume", path("start"), "--checkpoint", path("end")});
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(lines_of(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(path("start")));
    EXPECT_FALSE(std::filesystem::exists(path("end")));
    return result.err;
  }

  SmallData data_;
  TemporaryFolder folder_;
};

TEST_F(ResumeTest, GoesOnToTheLastBit) {
  make("whole", "4", {"--batch-size", "50", "--lr", "0.3", "--seed", "9"});
  make("start", "2", {"--batch-size", "50", "--lr", "0.3", "--seed", "9"});
  EXPECT_NE(read_state(path("whole")), read_state(path("start")));
  const ProgramResult result =
      run_program({"train", "--resume", path("start"), "--epochs", "4", "--checkpoint", path("end")});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("going on after 2 epochs"));
  EXPECT_EQ(read_state(path("end")), read_state(path("whole")));
}

TEST_F(ResumeTest, InterruptedRunsGoOnToTheLastBit) {
  // Ctrl-C sends SIGINT, service managers send SIGTERM, a terminal that is closed sends SIGHUP.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    StartedProgram program(
        data_.train({"--epochs", "1000000", "--threads", "2", "--batch-size", "1", "--checkpoint", path("start")}));
    ASSERT_TRUE(program.wait_for("epoch 1/"));
    program.send(signal);
    const ProgramResult stopped = program.finish();
    EXPECT_EQ(stopped.status, 130);
    EXPECT_EQ(stopped.err, "");
    EXPECT_THAT(stopped.out, HasSubstr("stopped in epoch"));
    EXPECT_THAT(stopped.out, HasSubstr("go on with: nestwright train --resume " + path("start")));
    EXPECT_THAT(stopped.out, HasSubstr("epoch  train loss"));

    const std::string epochs = std::to_string(std::stoll(read_state(path("start")).metadata.at("epoch")) + 1);
    const ProgramResult result =
        run_program({"train", "--resume", path("start"), "--epochs", epochs, "--checkpoint", path("end")});
    EXPECT_EQ(result.status, 0) << result.err;
    make("whole", epochs, {"--batch-size", "1"});
    EXPECT_EQ(read_state(path("end")), read_state(path("whole")));
  }
}

// As a terminal that is closed sends it, once itself and once through its shell.
TEST_F(ResumeTest, ASecondHangUpEndsNothing) {
  StartedProgram program(data_.train({"--epochs", "1000000", "--batch-size", "1", "--checkpoint", path("start")}));
  ASSERT_TRUE(program.wait_for("epoch 1/"));
  for (int i = 0; i < 20; ++i) program.send(SIGHUP);
  const ProgramResult stopped = program.finish();
  EXPECT_EQ(stopped.status, 130);
  EXPECT_THAT(stopped.out, HasSubstr("go on with: nestwright train --resume " + path("start")));
}

TEST_F(ResumeTest, ASecondInterruptEndsTheProgram) {
  // One thread and one large batch: the first step goes on for long after the signals.
  StartedProgram program(
      {"train", "--data", "synthetic", "--epochs", "1000000", "--batch-size", "60000", "--threads", "1"});
  ASSERT_TRUE(program.wait_for("thread on"));
  program.send(SIGINT);
  program.send(SIGTERM);
  EXPECT_EQ(program.finish().signal, SIGTERM);
}

TEST_F(ResumeTest, NohupGoesOn) {
  StartedProgram program(data_.train({"--epochs", "50", "--checkpoint", path("start")}), {}, {"nohup"});
  ASSERT_TRUE(program.wait_for("epoch 1/"));
  program.send(SIGHUP);
  const ProgramResult result = program.finish();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(read_state(path("start")).metadata.at("epoch"), "50");
}

TEST_F(ResumeTest, HasNothingToDoAfterTheLastEpoch) {
  make("start", "2");
  const ProgramResult result = run_program({"train", "--resume", path("start")});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("2 epochs in "));
}

TEST_F(ResumeTest, SameOptionsMayBeGivenAgain) {
  make("start", "1", {"--lr", "0.50"});
  const ProgramResult result = run_program({"train", "--resume", path("start"), "--lr", "0.5", "--gamma", "0.7",
                                            "--batch-size", "64", "--data", data_.path(), "--epochs", "2"});
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST_F(ResumeTest, RefusesOtherOptions) {
  make("start", "1");
  EXPECT_THAT(complaint({"--lr", "2"}), HasSubstr("--lr was 1, not 2"));
  EXPECT_THAT(complaint({"--gamma", "0.9"}), HasSubstr("--gamma was 0.7, not 0.9"));
  EXPECT_THAT(complaint({"--seed", "2"}), HasSubstr("--seed was 1, not 2"));
  EXPECT_THAT(complaint({"--model", "lenet_caffe"}), HasSubstr("--model was lenet5, not lenet_caffe"));
  EXPECT_THAT(complaint({"--optimizer", "sgd"}), HasSubstr("--optimizer was adadelta, not sgd"));
  EXPECT_THAT(complaint({"--threads", "1"}), HasSubstr("--threads was 2, not 1"));
  EXPECT_THAT(complaint({"--deterministic"}), HasSubstr("--deterministic was no, not yes"));
  const std::string two = complaint({"--batch-size", "32", "--lr", "3"});
  EXPECT_THAT(two, HasSubstr("--batch-size was 64, not 32"));
  EXPECT_THAT(two, HasSubstr("--lr was 1, not 3"));
}

TEST_F(ResumeTest, RefusesFewerEpochsThanAreDone) {
  make("start", "3");
  EXPECT_THAT(complaint({"--epochs", "2"}), HasSubstr("has done 3 epochs"));
}

TEST_F(ResumeTest, RefusesOtherData) {
  make("start", "1");
  const TemporaryFolder other;
  write_data_set(other.path(), 320, 48);
  Bytes images = read_bytes(other / "t10k-images-idx3-ubyte");
  images.back() ^= 1U;
  write_bytes(other / "t10k-images-idx3-ubyte", images);
  EXPECT_THAT(complaint({"--epochs", "2", "--data", other.path().string()}), HasSubstr("other data"));
  // The same data may lie somewhere else.
  write_data_set(other.path(), 320, 48);
  EXPECT_EQ(run_program({"train", "--resume", path("start"), "--data", other.path().string()}).status, 0);
}

TEST_F(ResumeTest, DeterministicRunsMayChangeTheirThreads) {
  make("whole", "2", {"--deterministic"});
  make("start", "1", {"--deterministic"});
  const ProgramResult result =
      run_program({"train", "--resume", path("start"), "--epochs", "2", "--threads", "3", "--checkpoint", path("end")});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(read_state(path("end")).tensors, read_state(path("whole")).tensors);
}

TEST_F(ResumeTest, RefusesDamagedCheckpoints) {
  make("start", "1");
  const Bytes bytes = read_bytes(path("start"));
  write_bytes(path("start"), std::span(bytes).first(bytes.size() - 4));
  EXPECT_NE(complaint({}), "");
  write_bytes(path("start"), std::span(bytes).first(5));
  EXPECT_NE(complaint({}), "");

  write_bytes(path("start"), bytes);
  const Safetensors contents = read_safetensors(path("start"));
  const auto damaged = [&](const std::string& key, const std::string& value) {
    Safetensors copy = contents;
    copy.metadata[key] = value;
    write_safetensors(path("start"), copy);
    return complaint({});
  };
  EXPECT_THAT(damaged("option.batch-size", "0"), HasSubstr("its option \"batch-size\" makes no sense"));
  EXPECT_THAT(damaged("option.threads", "many"), HasSubstr("its option \"threads\" makes no sense"));
  EXPECT_THAT(damaged("option.epochs", "-1"), HasSubstr("its option \"epochs\" makes no sense"));
  EXPECT_THAT(damaged("model", "vgg"), HasSubstr("is of a model \"vgg\", which this program does not have"));
  EXPECT_THAT(damaged("optimizer", "lion"), HasSubstr("is of an optimizer \"lion\""));

  Safetensors lacking = contents;
  lacking.metadata.erase("option.gamma");
  write_safetensors(path("start"), lacking);
  EXPECT_THAT(complaint({}), HasSubstr("lack the option \"gamma\""));
  lacking = contents;
  lacking.tensors.pop_back();
  write_safetensors(path("start"), lacking);
  EXPECT_THAT(complaint({}), HasSubstr("lacks the tensor"));
}

TEST_F(ResumeTest, RefusesProgressThatNoRunOnTheseDataHas) {
  make("start", "1");
  const Safetensors contents = read_safetensors(path("start"));
  // 320 images in batches of 64 are 5 steps.
  const auto changed = [&](const std::string& step, const std::string& total) {
    Safetensors copy = contents;
    copy.metadata["step"] = step;
    copy.metadata["total_steps"] = total;
    copy.metadata["option.epochs"] = "3";
    write_safetensors(path("start"), copy);
    return complaint({});
  };
  EXPECT_THAT(changed("6", "11"), HasSubstr("1 epochs and 6 steps can't be 11 steps in all"));
  EXPECT_THAT(changed("6", "12"),
              HasSubstr("an epoch of these 320 images has 5 steps, so 1 epochs and 6 steps can't be"));
  EXPECT_THAT(changed("0", "6"), HasSubstr("can't be 6 steps in all"));
}

TEST_F(ResumeTest, RefusesWeightsThatAreNoNumbers) {
  make("start", "1");
  const Safetensors contents = read_safetensors(path("start"));
  for (std::size_t tensor : {std::size_t{0}, contents.tensors.size() - 1}) {
    Safetensors copy = contents;
    copy.tensors[tensor].values[0] = std::numeric_limits<float>::quiet_NaN();
    write_safetensors(path("start"), copy);
    EXPECT_THAT(complaint({"--epochs", "2"}), HasSubstr("values of"));
    EXPECT_THAT(complaint({"--epochs", "2"}), HasSubstr("that are not finite, the first of them nan"));
  }
}

TEST_F(ResumeTest, RefusesContentsThatChanged) {
  make("start", "1");
  Bytes bytes = read_bytes(path("start"));
  std::fill(bytes.end() - 1024, bytes.end() - 512, std::uint8_t{0});
  write_bytes(path("start"), bytes);
  EXPECT_THAT(complaint({"--epochs", "2"}),
              HasSubstr("is damaged: its contents are not those that it was written with"));
}

TEST_F(ResumeTest, ACheckpointReplacesNothingButAFile) {
  make("start", "1");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("start"));  // no temporary files
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const ProgramResult result =
      run_program({"train", "--resume", path("start"), "--epochs", "2", "--checkpoint", path("pipe")});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, path("pipe") + ": is not a regular file\n");
  EXPECT_TRUE(std::filesystem::is_fifo(path("pipe")));
}

}  // namespace
}  // namespace nestwright
