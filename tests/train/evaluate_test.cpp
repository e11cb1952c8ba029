#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/json_files.h"
#include "tests/train/training_runs.h"

namespace nestwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class EvaluateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_program(data_.train({"--epochs", "2", "--checkpoint", checkpoint_, "--json", train_json_})).status,
              0);
  }

  SmallData data_;
  TemporaryFolder folder_;
  std::string checkpoint_ = (folder_ / "checkpoint").string();
  std::string train_json_ = (folder_ / "train").string();
  std::string json_ = (folder_ / "evaluate").string();
};

TEST_F(EvaluateTest, AgreesWithTheTrainingThatWroteTheCheckpoint) {
  const ProgramResult result =
      run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path(), "--json", json_});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("lenet5 after 2 epochs, on 48 test images"));
  EXPECT_THAT(result.out, HasSubstr("recall"));
  const json report = read_json(json_);
  const json totals = read_json(train_json_)["totals"];
  EXPECT_EQ(report["accuracy"], totals["test_accuracy"]);
  EXPECT_EQ(report["loss"], totals["test_loss"]);
  const json& confusion = report["confusion_by_label_and_prediction"];
  ASSERT_EQ(confusion.size(), 10U);
  ASSERT_EQ(report["recall"].size(), 10U);
  std::int64_t right = 0;
  for (std::size_t label = 0; label < 10; ++label) {
    std::int64_t images = 0;
    for (const json& count : confusion[label]) images += count.get<std::int64_t>();
    EXPECT_EQ(images, label < 8 ? 5 : 4);  // label i is i mod 10, of 48
    const auto recognised = confusion[label][label].get<std::int64_t>();
    EXPECT_EQ(report["recall"][label].get<double>(), static_cast<double>(recognised) / static_cast<double>(images));
    right += recognised;
  }
  EXPECT_EQ(report["accuracy"].get<double>(), static_cast<double>(right) / 48.0);
}

TEST_F(EvaluateTest, DependsOnNoThreads) {
  const auto lines = [&](const char* threads) {
    return run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path(), "--threads", threads}).out;
  };
  EXPECT_EQ(lines("1"), lines("3"));
}

TEST_F(EvaluateTest, RefusesCheckpointsThatDoNotFit) {
  const Safetensors contents = read_safetensors(checkpoint_);
  const auto complaint = [&](const Safetensors& damaged) {
    write_safetensors(checkpoint_, damaged);
    const ProgramResult result = run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path()});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(lines_of(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(checkpoint_));
    return result.err;
  };
  Safetensors other = contents;
  other.metadata["model"] = "lenet_caffe";
  EXPECT_THAT(complaint(other), HasSubstr("conv1.weight"));
  other.metadata["model"] = "vgg";
  EXPECT_THAT(complaint(other), HasSubstr("no model 'vgg'"));
  other = contents;
  other.tensors.erase(other.tensors.begin());
  EXPECT_THAT(complaint(other), HasSubstr("lacks the tensor \"conv1.weight\""));
}

TEST_F(EvaluateTest, GivesNoFiguresForWeightsThatAreNoNumbers) {
  const Safetensors contents = read_safetensors(checkpoint_);
  const auto complaint = [&](const std::string& name, float value, std::size_t count) {
    Safetensors changed = contents;
    const auto tensor = std::ranges::find(changed.tensors, name, &NamedTensor::name);
    std::fill_n(tensor->values.begin(), count, value);
    write_safetensors(checkpoint_, changed);
    const ProgramResult result =
        run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path(), "--json", json_});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(lines_of(result.err), SizeIs(1)) << result.err;
    EXPECT_FALSE(std::filesystem::exists(json_));
    return result.err;
  };
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const NamedTensor& tensor : contents.tensors) {
    if (tensor.name.starts_with("optimizer.")) continue;
    for (const float value : {nan, infinity, -infinity}) {
      const std::string text = complaint(tensor.name, value, 1);
      EXPECT_THAT(text, HasSubstr(checkpoint_ + ": its network gives no numbers for any of the 48 test images"));
      EXPECT_THAT(text, HasSubstr("\"" + tensor.name + "\" has 1 values of"));
    }
  }
  // Finite weights whose products are not. What a kernel makes of infinity minus infinity may look like a number again.
  for (const char* name : {"conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight"}) {
    EXPECT_THAT(complaint(name, 3e38F, 150), HasSubstr(fmt::format("the largest weight is 3e+38 in \"{}\"", name)));
  }
  EXPECT_THAT(complaint("fc3.weight", 3e38F, 840), HasSubstr("gives no numbers for 48 of the 48 test images"));
}

TEST_F(EvaluateTest, RefusesContentsThatChanged) {
  Bytes bytes = read_bytes(checkpoint_);
  const std::size_t data = bytes.size() - 512 * 300;
  for (std::size_t first = data; first + 512 <= bytes.size(); first += 512 * 50) {
    Bytes changed = bytes;
    std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(first), 512, std::uint8_t{0});
    ASSERT_NE(changed, bytes);
    write_bytes(checkpoint_, changed);
    const ProgramResult result = run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path()});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr(checkpoint_ + ": is damaged: its contents are not those"));
    EXPECT_THAT(lines_of(result.err), SizeIs(1)) << result.err;
  }
}

// Those that were written before there was one.
TEST_F(EvaluateTest, ReadsCheckpointsWithoutADigestAndSaysSo) {
  const ProgramResult with = run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path()});
  EXPECT_EQ(with.err, "");
  Bytes bytes = read_bytes(checkpoint_);
  const std::string key = "\"contents_sha256\":";
  const auto place = std::ranges::search(bytes, key).begin();
  const std::size_t taken = key.size() + 67;  // 64 digits, their quotes, and a comma
  bytes.erase(place, place + static_cast<std::ptrdiff_t>(taken));
  const std::uint64_t length = (bytes[0] | std::uint64_t{bytes[1]} << 8U) - taken;
  bytes[0] = static_cast<std::uint8_t>(length);
  bytes[1] = static_cast<std::uint8_t>(length >> 8U);
  write_bytes(checkpoint_, bytes);
  const ProgramResult without = run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path()});
  EXPECT_EQ(without.status, 0) << without.err;
  EXPECT_EQ(without.out, with.out);
  EXPECT_EQ(without.err, checkpoint_ + ": keeps no digest of its contents, so damage to them can't be told\n");
}

TEST_F(EvaluateTest, NeedsNoTrainingFiles) {
  const auto evaluate = [&] { return run_program({"evaluate", "--checkpoint", checkpoint_, "--data", data_.path()}); };
  const ProgramResult with = evaluate();
  std::filesystem::remove(std::filesystem::path(data_.path()) / "train-images-idx3-ubyte");
  std::filesystem::remove(std::filesystem::path(data_.path()) / "train-labels-idx1-ubyte");
  const ProgramResult without = evaluate();
  EXPECT_EQ(without.status, 0) << without.err;
  EXPECT_EQ(without.out, with.out);
}

}  // namespace
}  // namespace nestwright
