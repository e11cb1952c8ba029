#include "model/checkpoint/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/files.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

Checkpoint example() {
  return {.model = "lenet5",
          .optimizer = "adadelta",
          .seed = 18446744073709551615U,
          .progress = {.epochs_done = 1,
                       .steps_done = 17,
                       .total_steps = 955,
                       .learning_rate = 0.7,
                       .loss_sum = 0.1 + 0.2,
                       .train_seconds = 1.0 / 3.0,
                       .total_seconds = 1.3,
                       .results = {{.epoch = 1,
                                    .train_loss = 0.2,
                                    .test_loss = 1.0 / 7.0,
                                    .test_accuracy = 0.98,
                                    .learning_rate = 1.0,
                                    .train_seconds = 0.4,
                                    .images_per_second = 150000.123,
                                    .total_seconds = 0.9}}},
          .normalisation = {.mean = 0.1307F, .deviation = 0.3081F},
          .options = {{"batch-size", "64"}, {"data", "auto"}},
          .parameters = {{"conv1.weight", {2, 1, 1, 1}, {1, 2}}, {"conv1.bias", {2}, {3, 4}}},
          .optimizer_state = {{"square_average.conv1.weight", {2, 1, 1, 1}, {5, 6}}}};
}

class CheckpointTest : public ::testing::Test {
 protected:
  // What loading complains of, once `damage` was done to the metadata of a checkpoint.
  std::string complaint(const std::function<void(std::map<std::string, std::string>&)>& damage) {
    save_checkpoint(path_, example());
    Safetensors contents = read_safetensors(path_);
    damage(contents.metadata);
    write_safetensors(path_, contents);
    return error_of([&] { load_checkpoint(path_); });
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "checkpoint";
};

TEST_F(CheckpointTest, ReadsWhatItWroteToTheLastBit) {
  save_checkpoint(path_, example());
  EXPECT_EQ(load_checkpoint(path_), example());
}

TEST_F(CheckpointTest, KeepsTheParametersUnderTheirOwnNames) {
  save_checkpoint(path_, example());
  const Safetensors contents = read_safetensors(path_);
  ASSERT_EQ(contents.tensors.size(), 3U);
  EXPECT_EQ(contents.tensors[0].name, "conv1.weight");
  EXPECT_EQ(contents.tensors[2].name, "optimizer.square_average.conv1.weight");
  EXPECT_EQ(contents.metadata.at("epoch"), "1");
}

TEST_F(CheckpointTest, RefusesOtherSafetensors) {
  write_safetensors(path_, {.tensors = {{"conv1.weight", {1}, {1}}}});
  EXPECT_THAT(error_of([&] { load_checkpoint(path_); }), HasSubstr("not a checkpoint that `nestwright train` wrote"));
}

TEST_F(CheckpointTest, RefusesDamagedMetadata) {
  EXPECT_EQ(complaint([](auto&) {}), "");
  EXPECT_THAT(complaint([](auto& m) { m["format_version"] = "2"; }), HasSubstr("format version 2; this program reads"));
  EXPECT_THAT(complaint([](auto& m) { m["random_generator"] = "mt19937"; }), HasSubstr("come from mt19937"));
  EXPECT_THAT(complaint([](auto& m) { m.erase("optimizer"); }), HasSubstr("lack \"optimizer\""));
  for (const char* key : {"seed", "epoch", "step", "learning_rate", "results", "pixel_deviation", "total_steps"}) {
    for (const char* value : {"", "-1", "x", "1x", "nan", "1e9999"}) {
      EXPECT_THAT(complaint([&](auto& m) { m[key] = value; }), HasSubstr("make no sense")) << key << " = " << value;
    }
  }
  EXPECT_THAT(complaint([](auto& m) { m["results"] = "[{\"test_loss\": 1}]"; }),
              HasSubstr("\"results\" make no sense"));
  EXPECT_THAT(complaint([](auto& m) { m["epoch"] = "2"; }), HasSubstr("\"results\" make no sense"));
}

TEST(MatchTensors, PutsThemInOrder) {
  const std::vector<NamedTensor> expected = {{"a", {1}, {0}}, {"b", {2}, {0, 0}}};
  const auto matched = match_tensors("file", expected, {{"b", {2}, {1, 2}}, {"a", {1}, {3}}});
  ASSERT_EQ(matched.size(), 2U);
  EXPECT_EQ(matched[0].values, std::vector<float>{3});
  EXPECT_EQ(matched[1].values, (std::vector<float>{1, 2}));
}

TEST(MatchTensors, SaysWhatDiffers) {
  const std::vector<NamedTensor> expected = {{"a", {1}, {0}}, {"b", {2, 1}, {0, 0}}};
  const auto complaint = [&](const std::vector<NamedTensor>& found) {
    return error_of([&] { match_tensors("file", expected, found); });
  };
  EXPECT_EQ(complaint({{"a", {1}, {0}}}), "file: lacks the tensor \"b\"");
  EXPECT_EQ(complaint({{"a", {1}, {0}}, {"b", {1, 2}, {0, 0}}}),
            "file: its tensor \"b\" has the shape [1, 2], the model's is [2, 1]");
  EXPECT_EQ(complaint({{"a", {1}, {0}}, {"b", {2, 1}, {0, 0}}, {"c", {}, {0}}}),
            "file: has a tensor \"c\" that the model does not have");
}

}  // namespace
}  // namespace nestwright
