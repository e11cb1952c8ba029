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

TEST_F(CheckpointTest, RefusesFiguresThatNoRunHas) {
  const auto refuse = [&](const char* key, const std::vector<std::string>& values, const std::string& expected) {
    for (const std::string& value : values) {
      EXPECT_THAT(complaint([&](auto& m) { m[key] = value; }), HasSubstr(expected)) << key << " = " << value;
    }
  };
  refuse("epoch", {"0", "2", "1000001", "9223372036854775807", "18446744073709551616"}, "make");
  refuse("step", {"939", "16", "18", "955", "956", "9007199254740993"}, "");
  refuse("step", {"939"}, "1 epochs and 939 steps can't be 955 steps in all");
  refuse("total_steps", {"0", "17", "16", "33", "9223372036854775807"}, "");
  refuse("loss_sum", {"-1e300", "-1", "1e300", "1.7976931348623157e308"}, "the losses of 17 steps can't add up to");
  refuse("loss_sum", {"-inf", "inf", "nan"}, "\"loss_sum\" make no sense");
  refuse("train_seconds", {"-1", "1e300", "inf"}, "make no sense");
  refuse("total_seconds", {"1e300", "inf", "-0.1"}, "make no sense");
  refuse("total_seconds", {"0.5"}, "the run took 0.5 seconds, and its last epoch ended after 0.9");
  refuse("pixel_mean", {"-0.1", "1.1", "1e30", "nan"}, "make no sense");
  refuse("pixel_deviation", {"0", "1.1", "1e-30", "inf"}, "make no sense");
  refuse("seed", {"18446744073709551616", "-0"}, "make no sense");
  EXPECT_EQ(complaint([](auto& m) { m["loss_sum"] = "-1e-9"; }), "") << "a sum of losses may round to less than 0";
  EXPECT_EQ(complaint([](auto& m) { m["step"] = "0", m["total_steps"] = "938", m["loss_sum"] = "0"; }), "");
  EXPECT_THAT(complaint([](auto& m) { m["step"] = "0", m["total_steps"] = "938"; }),
              HasSubstr("the losses of 0 steps"));
}

TEST_F(CheckpointTest, RefusesResultsThatNoEpochHas) {
  const auto changed = [&](const std::string& from, const std::string& to) {
    return complaint([&](auto& m) {
      std::string& results = m["results"];
      ASSERT_NE(results.find(from), std::string::npos) << results;
      results.replace(results.find(from), from.size(), to);
    });
  };
  EXPECT_EQ(changed("\"test_accuracy\":0.98", "\"test_accuracy\":1.0"), "");
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"\"epoch\":1", "\"epoch\":2"},
      {"\"epoch\":1", "\"epoch\":1,\"epoch\":1"},
      {"\"epoch\":1", "\"epoch\":1,\"more\":1"},
      {"\"epoch\":1,", ""},
      {"\"test_accuracy\":0.98", "\"test_accuracy\":1.5"},
      {"\"test_accuracy\":0.98", "\"test_accuracy\":-0.5"},
      {"\"test_accuracy\":0.98", "\"test_accuracy\":null"},
      {"\"train_loss\":0.2", "\"train_loss\":-1e300"},
      {"\"train_loss\":0.2", "\"train_loss\":1e300"},
      {"\"train_loss\":0.2", "\"train_loss\":1e999"},
      {"\"learning_rate\":1.0", "\"learning_rate\":-1"},
      {"\"train_seconds\":0.4", "\"train_seconds\":-0.4"},
      {"\"total_seconds\":0.9", "\"total_seconds\":-0.9"},
      {"\"total_seconds\":0.9", "\"total_seconds\":2"},
      {"[", "\xEF\xBB\xBF["},
      {"]", std::string("]\0x", 3)},
      {"]", "]x"},
  };
  for (const auto& [from, to] : changes) EXPECT_THAT(changed(from, to), HasSubstr("is damaged")) << to;
}

// 20,000 epochs take 5 MB of a header.
TEST_F(CheckpointTest, HoldsAsManyEpochsAsARunMayHave) {
  Checkpoint checkpoint = example();
  checkpoint.progress.results.resize(20000, checkpoint.progress.results[0]);
  std::int64_t epoch = 0;
  for (EpochResult& result : checkpoint.progress.results) result.epoch = ++epoch;
  checkpoint.progress.epochs_done = epoch;
  checkpoint.progress.total_steps = epoch * 938 + checkpoint.progress.steps_done;
  save_checkpoint(path_, checkpoint);
  EXPECT_EQ(load_checkpoint(path_), checkpoint);
}

// Figures as long as any keep within what most_epochs allows for.
TEST_F(CheckpointTest, ARowOfTheResultsIsNoLongerThanAllowed) {
  const double longest = 1.2345678901234567e-200;
  Checkpoint checkpoint = example();
  checkpoint.progress.total_steps = 2 * 938 + checkpoint.progress.steps_done;
  const auto size_with = [&](std::int64_t epochs) {
    checkpoint.progress.results.resize(static_cast<std::size_t>(epochs), {.epoch = most_epochs,
                                                                          .train_loss = longest,
                                                                          .test_loss = longest,
                                                                          .test_accuracy = longest,
                                                                          .learning_rate = longest,
                                                                          .train_seconds = longest,
                                                                          .images_per_second = longest,
                                                                          .total_seconds = longest});
    save_checkpoint(path_, checkpoint);
    return std::filesystem::file_size(path_);
  };
  const auto two = size_with(2);
  EXPECT_LE((size_with(102) - two) / 100, 400U);
}

TEST_F(CheckpointTest, SaysWhetherItHasADigest) {
  save_checkpoint(path_, example());
  EXPECT_TRUE(load_checkpoint(path_).has_digest);
  const Bytes bytes = read_bytes(path_);
  std::string text(bytes.begin(), bytes.end());
  const std::string digest = text.substr(text.find("\"contents_sha256\""), 85);
  text.erase(text.find(digest), digest.size());
  text[0] = static_cast<char>(static_cast<std::uint8_t>(text[0]) - digest.size());
  write_bytes(path_, Bytes(text.begin(), text.end()));
  Checkpoint expected = example();
  expected.has_digest = false;
  EXPECT_EQ(load_checkpoint(path_), expected);
}

// The digest would seem to be missing, and the contents would count as unchanged whatever they are.
TEST_F(CheckpointTest, AChangedNameOfTheDigestIsDamage) {
  save_checkpoint(path_, example());
  const Bytes bytes = read_bytes(path_);
  const std::string name = "contents_sha256", text(bytes.begin(), bytes.end());
  const std::size_t place = text.find(name);
  ASSERT_NE(place, std::string::npos);
  for (std::size_t i = 0; i < name.size(); ++i) {
    Bytes damaged = bytes;
    damaged[place + i] ^= 1U;
    write_bytes(path_, damaged);
    EXPECT_THAT(error_of([&] { load_checkpoint(path_); }), HasSubstr("which is no entry of a checkpoint")) << i;
  }
}

// Whatever a file holds, a message has a part of it.
TEST_F(CheckpointTest, QuotesAPartOfAFilesText) {
  const std::string text(5000, 'x');
  for (const char* key : {"format_version", "random_generator", "seed", "results"}) {
    EXPECT_LT(complaint([&](auto& m) { m[key] = text; }).size(), 500U) << key;
  }
  EXPECT_LT(complaint([&](auto& m) { m[text] = "1"; }).size(), 500U);
  const std::vector<NamedTensor> expected = {{"a", {1}, {0}}};
  const NamedTensor long_shape = {"a", std::vector<std::int64_t>(5000, 1), {0}}, long_name = {text, {1}, {0}};
  EXPECT_LT(error_of([&] { match_tensors("file", expected, {long_shape}); }).size(), 500U);
  EXPECT_LT(error_of([&] { match_tensors("file", expected, {expected[0], long_name}); }).size(), 500U);
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
