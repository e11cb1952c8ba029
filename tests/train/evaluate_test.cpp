#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace nestwright
