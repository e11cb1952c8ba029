#include "model/training/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "model/training/epoch_order.h"
#include "support/error.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

// A network of one weight whose value depends on every image, their order, the batches and the learning rates.
class OneWeight : public Learner {
 public:
  double step(std::span<const std::int32_t> indices, double learning_rate) override {
    batches.push_back(indices.size());
    rates.push_back(learning_rate);
    double loss = 0.0;
    for (const std::int32_t index : indices) {
      seen.push_back(index);
      weight += learning_rate * std::sin(index + weight);
      loss += std::abs(weight);
    }
    return on_step ? on_step(loss) : loss;
  }
  TestResult test() override { return {.loss = test_loss, .accuracy = weight}; }

  double weight = 0.5;
  double test_loss = 0.25;
  std::vector<std::int32_t> seen;
  std::vector<std::size_t> batches;
  std::vector<double> rates;
  std::function<double(double)> on_step;
};

const TrainingPlan plan = {.epochs = 3, .batch_size = 16, .image_count = 100, .learning_rate = 0.5, .gamma = 0.5};
const std::atomic<bool> never = false;

TEST(Trainer, ShowsEveryImageOnceAnEpochInAnOrderOfItsOwn) {
  OneWeight learner;
  TrainingProgress progress;
  EXPECT_EQ(train(learner, plan, progress, {}, never), TrainingOutcome::finished);
  ASSERT_EQ(learner.seen.size(), 300U);
  std::vector<std::vector<std::int32_t>> orders;
  for (auto start = learner.seen.begin(); start != learner.seen.end(); start += 100) {
    orders.emplace_back(start, start + 100);
    std::vector<std::int32_t> sorted = orders.back();
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::int32_t> all(100);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(sorted, all);
  }
  EXPECT_NE(orders[0], orders[1]);
  EXPECT_NE(orders[1], orders[2]);
}

TEST(Trainer, TakesTheLastPartOfABatch) {
  OneWeight learner;
  TrainingProgress progress;
  train(learner, plan, progress, {}, never);
  ASSERT_EQ(steps_of_an_epoch(plan), 7);
  ASSERT_EQ(learner.batches.size(), 21U);
  EXPECT_EQ(learner.batches[5], 16U);
  EXPECT_EQ(learner.batches[6], 4U);
  EXPECT_EQ(progress.total_steps, 21);
}

TEST(Trainer, LowersTheLearningRateOnceAnEpoch) {
  OneWeight learner;
  TrainingProgress progress;
  train(learner, plan, progress, {}, never);
  EXPECT_EQ(learner.rates[0], 0.5);
  EXPECT_EQ(learner.rates[6], 0.5);
  EXPECT_EQ(learner.rates[7], 0.25);
  EXPECT_EQ(learner.rates[20], 0.125);
}

TEST(Trainer, ReportsStepsAndEpochs) {
  OneWeight learner;
  learner.on_step = [](double) { return 32.0; };
  TrainingProgress progress;
  std::vector<StepReport> steps;
  std::vector<EpochResult> epochs;
  double clock = 0.0;
  train(learner, plan, progress,
        {.on_step = [&](const StepReport& report) { steps.push_back(report); },
         .on_epoch = [&](const EpochResult& result) { epochs.push_back(result); },
         .seconds_since_start = [&] { return clock += 1.0; }},
        never);
  ASSERT_EQ(steps.size(), 21U);
  EXPECT_EQ(steps[1].step, 2);
  EXPECT_EQ(steps[1].images, 32);
  EXPECT_EQ(steps[1].mean_loss, 2.0);
  EXPECT_EQ(steps[6].images, 100);
  EXPECT_EQ(steps[7].epoch, 2);
  EXPECT_EQ(steps[7].step, 1);
  ASSERT_EQ(epochs.size(), 3U);
  EXPECT_EQ(epochs, progress.results);
  EXPECT_EQ(epochs[1].epoch, 2);
  EXPECT_EQ(epochs[1].train_loss, 7 * 32.0 / 100);
  EXPECT_EQ(epochs[1].test_loss, 0.25);
  EXPECT_EQ(epochs[1].learning_rate, 0.25);
  EXPECT_GT(epochs[1].images_per_second, 0.0);
  EXPECT_GT(epochs[1].total_seconds, epochs[0].total_seconds);
}

TEST(Trainer, GoesOnToTheLastBitWhereverItWasStopped) {
  OneWeight uninterrupted;
  TrainingProgress whole;
  train(uninterrupted, plan, whole, {}, never);
  for (int stop_after = 1; stop_after <= 21; ++stop_after) {
    OneWeight learner;
    TrainingProgress progress;
    std::atomic<bool> stop = false;
    int steps = 0;
    learner.on_step = [&](double loss) {
      stop = ++steps == stop_after;
      return loss;
    };
    EXPECT_EQ(train(learner, plan, progress, {}, stop), TrainingOutcome::stopped);
    EXPECT_EQ(progress.total_steps, stop_after);
    EXPECT_EQ(learner.batches.size(), static_cast<std::size_t>(stop_after));
    OneWeight resumed;
    resumed.weight = learner.weight;
    EXPECT_EQ(train(resumed, plan, progress, {}, never), TrainingOutcome::finished);
    EXPECT_EQ(resumed.weight, uninterrupted.weight) << "stopped after step " << stop_after;
    ASSERT_EQ(progress.results.size(), whole.results.size());
    for (std::size_t i = 0; i < whole.results.size(); ++i) {
      EXPECT_EQ(progress.results[i].train_loss, whole.results[i].train_loss);
      EXPECT_EQ(progress.results[i].learning_rate, whole.results[i].learning_rate);
    }
  }
}

TEST(Trainer, HasNothingToDoWhenAllEpochsAreDone) {
  OneWeight learner;
  TrainingProgress progress;
  progress.epochs_done = 3;
  EXPECT_EQ(train(learner, plan, progress, {}, never), TrainingOutcome::finished);
  EXPECT_TRUE(learner.seen.empty());
}

TEST(Trainer, SaysWhenTheLossIsLost) {
  const auto complaint = [](OneWeight& learner) -> std::string {
    TrainingProgress progress;
    try {
      train(learner, plan, progress, {}, never);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  OneWeight learner;
  learner.on_step = [&](double loss) { return learner.batches.size() == 9 ? std::nan("") : loss; };
  EXPECT_THAT(complaint(learner), HasSubstr("training: the loss is nan in step 2 of epoch 2; a smaller learning rate"));
  OneWeight tested;
  tested.test_loss = std::numeric_limits<double>::infinity();
  EXPECT_THAT(complaint(tested), HasSubstr("the loss is inf in step 7 of epoch 1"));
}

TEST(EpochOrder, IsAPermutationThatDependsOnSeedAndEpoch) {
  for (const std::int64_t count : {0, 1, 2, 3, 1000}) {
    std::vector<std::int32_t> order = epoch_order(1, 0, count);
    EXPECT_EQ(order, epoch_order(1, 0, count));
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<std::int32_t>(i));
  }
  EXPECT_NE(epoch_order(1, 0, 1000), epoch_order(2, 0, 1000));
  EXPECT_NE(epoch_order(1, 0, 1000), epoch_order(1, 1, 1000));
}

TEST(EpochOrder, PutsEveryImageAnywhereAlike) {
  // 6000 orders of 6 images: each of 36 (image, place) pairs about 1000 times; the deviation is 29.
  std::vector<int> counts(36);
  for (std::int64_t epoch = 0; epoch < 6000; ++epoch) {
    const auto order = epoch_order(7, epoch, 6);
    for (std::size_t place = 0; place < 6; ++place) ++counts[6 * place + static_cast<std::size_t>(order[place])];
  }
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace nestwright
