#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/json_files.h"
#include "tests/train/training_runs.h"

namespace nestwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Train, PrintsPlainLinesIntoAPipe) {
  const SmallData data;
  const ProgramResult result = run_program(data.train({"--epochs", "2", "--threads", "1"}));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(result.out, Not(HasSubstr("\r")));
  EXPECT_THAT(result.out, HasSubstr("320 training and 48 test images of 28x28"));
  EXPECT_THAT(result.out, HasSubstr("epoch 2/2: train loss "));
  EXPECT_THAT(result.out, HasSubstr("epoch  train loss  test loss  test accuracy  images/s\n    1  "));
  EXPECT_THAT(result.out, Not(HasSubstr("synthetic")));
}

TEST(Train, QuietSaysNothing) {
  const SmallData data;
  const ProgramResult result = run_program(data.train({"--epochs", "1", "--quiet"}));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "");
}

TEST(Train, SaysThatDigitsAreSyntheticWhereverAnAccuracyIs) {
  const TemporaryFolder folder;
  const ProgramResult result = run_program({"train", "--epochs", "1", "--json", (folder / "json").string()});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("using synthetic digits instead"));
  int lines_with_accuracy = 0;
  for (const std::string& line : lines_of(result.out)) {
    if (line.find('%') == std::string::npos) continue;
    ++lines_with_accuracy;
    EXPECT_THAT(line, HasSubstr("synthetic digits"));
  }
  EXPECT_GE(lines_with_accuracy, 2);
  const json report = read_json(folder / "json");
  EXPECT_EQ(report["data"]["synthetic"], true);
  // Chance is 0.1. A whole epoch of synthetic digits is worth much more.
  EXPECT_GT(report["totals"]["test_accuracy"].get<double>(), 0.9);
}

TEST(Train, WritesAReport) {
  const SmallData data;
  const TemporaryFolder folder;
  const ProgramResult result =
      run_program(data.train({"--epochs", "3", "--threads", "2", "--seed", "7", "--optimizer", "adam", "--batch-size",
                              "100", "--gamma", "0.5", "--json", (folder / "json").string()}));
  EXPECT_EQ(result.status, 0) << result.err;
  const json report = read_json(folder / "json");
  EXPECT_EQ(report["report"], "nestwright train");
  EXPECT_EQ(report["version"], 1);
  EXPECT_EQ(report["outcome"], "finished");
  const json options = {{"model", "lenet5"},
                        {"data", data.path()},
                        {"epochs", 3},
                        {"batch_size", 100},
                        {"test_batch_size", 1000},
                        {"optimizer", "adam"},
                        {"lr", 0.001},
                        {"gamma", 0.5},
                        {"seed", 7},
                        {"threads", 2},
                        {"deterministic", false},
                        {"device", "cpu"},
                        {"checkpoint", nullptr},
                        {"resume", nullptr}};
  EXPECT_EQ(report["options"], options);
  EXPECT_EQ(report["machine"]["threads"], 2);
  EXPECT_FALSE(report["machine"]["cpu"].get<std::string>().empty());
  EXPECT_EQ(report["data"]["train_images"], 320);
  ASSERT_EQ(report["epochs"].size(), 3U);
  EXPECT_EQ(report["epochs"][2]["epoch"], 3);
  EXPECT_EQ(report["epochs"][2]["learning_rate"], 0.00025);
  for (const json& epoch : report["epochs"]) {
    for (const char* key : {"train_loss", "test_loss", "images_per_second", "train_seconds", "total_seconds"}) {
      EXPECT_GT(epoch[key].get<double>(), 0.0) << key;
    }
    EXPECT_GE(epoch["test_accuracy"].get<double>(), 0.0);
    EXPECT_LE(epoch["test_accuracy"].get<double>(), 1.0);
  }
  const json& totals = report["totals"];
  EXPECT_EQ(totals["epochs"], 3);
  EXPECT_EQ(totals["steps"], 12);  // 100 + 100 + 100 + 20 images an epoch
  EXPECT_EQ(totals["test_accuracy"], report["epochs"][2]["test_accuracy"]);
  EXPECT_GT(totals["peak_memory_bytes"].get<double>(), 1e6);
  EXPECT_GT(totals["seconds_to_first_step"].get<double>(), 0.0);
  EXPECT_LE(totals["seconds_to_first_step"], totals["total_seconds"]);
  EXPECT_TRUE(totals.contains("seconds_to_accuracy_0.99"));
  EXPECT_LE(report["memory"]["planned_bytes_a_worker"], report["memory"]["sum_of_all_tensors_bytes_a_worker"]);
  EXPECT_THAT(names_in(folder.path()), ::testing::ElementsAre("json"));
}

TEST(Train, TheSameSeedGivesTheSameWeights) {
  const SmallData data;
  const TemporaryFolder folder;
  const auto state = [&](const std::string& name, const std::string& seed) {
    const ProgramResult result = run_program(
        data.train({"--epochs", "2", "--threads", "2", "--seed", seed, "--checkpoint", (folder / name).string()}));
    EXPECT_EQ(result.status, 0) << result.err;
    return read_state(folder / name);
  };
  const State first = state("a", "5");
  EXPECT_EQ(first, state("b", "5"));
  EXPECT_NE(first.tensors, state("c", "6").tensors);
}

TEST(Train, DeterministicWeightsDependOnNoThreads) {
  const SmallData data;
  const TemporaryFolder folder;
  const auto tensors = [&](const std::string& threads) {
    const std::string path = (folder / threads).string();
    const ProgramResult result =
        run_program(data.train({"--epochs", "2", "--threads", threads, "--deterministic", "--checkpoint", path}));
    EXPECT_EQ(result.status, 0) << result.err;
    return read_state(path).tensors;
  };
  const std::vector<NamedTensor> one = tensors("1");
  EXPECT_EQ(one, tensors("2"));
  EXPECT_EQ(one, tensors("3"));
}

TEST(Train, TakesAsManyThreadsAsItIsGivenProcessors) {
  const SmallData data;
  const std::vector<std::string> arguments = data.train({"--epochs", "1"});
  EXPECT_THAT(run_program(arguments, {"OMP_NUM_THREADS=3"}).out, HasSubstr("\n3 threads on "));
  const std::string on_one =
      "exec taskset --cpu-list $(taskset --cpu-list --pid $$ | sed 's/.*: //; s/[,-].*//') \"$0\" \"$@\"";
  EXPECT_THAT(run_program(arguments, {}, {"/bin/sh", "-c", on_one}).out, HasSubstr("\n1 thread on "));
}

TEST(Train, SaysThatItsNumbersAreLost) {
  const SmallData data;
  const TemporaryFolder folder;
  const std::string checkpoint = (folder / "checkpoint").string();
  for (const char* optimizer : {"sgd", "momentum", "adam", "adamw"}) {
    for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--checkpoint", checkpoint}}) {
      std::vector<std::string> arguments = {"--epochs", "20", "--optimizer", optimizer, "--lr", "1000000", "--quiet"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      const ProgramResult result = run_program(data.train(arguments));
      EXPECT_EQ(result.status, 1) << optimizer;
      EXPECT_THAT(result.err, HasSubstr("training: ")) << optimizer;
      EXPECT_THAT(result.err, HasSubstr("a smaller learning rate may help")) << optimizer;
      EXPECT_THAT(lines_of(result.err), ::testing::SizeIs(1)) << result.err;
    }
  }
  // Weights that are numbers, of a network that gives none: accuracy and loss may still look like some.
  const ProgramResult diverged =
      run_program(data.train({"--epochs", "2", "--optimizer", "sgd", "--lr", "100", "--checkpoint", checkpoint}));
  EXPECT_EQ(diverged.status, 1);
  EXPECT_THAT(diverged.err, HasSubstr("training: "));
  EXPECT_EQ(diverged.out.find("accuracy"), std::string::npos) << diverged.out;
  // What is left is a checkpoint of numbers, or none.
  if (!std::filesystem::exists(checkpoint)) return;
  for (const NamedTensor& tensor : read_safetensors(checkpoint).tensors) {
    for (const float value : tensor.values) ASSERT_TRUE(std::isfinite(value)) << tensor.name;
  }
}

class EveryOptimizer : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryOptimizer, Trains) {
  const SmallData data;
  for (const char* model : {"lenet5", "lenet_caffe"}) {
    const TemporaryFolder folder;
    const ProgramResult result = run_program(data.train({"--epochs", "4", "--optimizer", GetParam(), "--model", model,
                                                         "--json", (folder / "json").string(), "--quiet"}));
    EXPECT_EQ(result.status, 0) << result.err;
    const json report = read_json(folder / "json");
    EXPECT_LT(report["epochs"][3]["train_loss"], report["epochs"][0]["train_loss"]) << model;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryOptimizer, ::testing::Values("adadelta", "sgd", "momentum", "adam", "adamw"));

}  // namespace
}  // namespace nestwright
