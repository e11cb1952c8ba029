#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "support/interrupt.h"
#include "tools/train/epoch_table.h"
#include "tools/train/evaluation_text.h"
#include "tools/train/progress_bar.h"
#include "tools/train/train_report.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

TEST(Duration, IsRoundedUp) {
  EXPECT_EQ(duration_text(0.0), "0:00");
  EXPECT_EQ(duration_text(0.1), "0:01");
  EXPECT_EQ(duration_text(59.5), "1:00");
  EXPECT_EQ(duration_text(3599), "59:59");
  EXPECT_EQ(duration_text(3661), "1:01:01");
  EXPECT_EQ(duration_text(-1.0), "0:00");
}

TEST(Bar, ShowsWhereTheRunIs) {
  const BarState state = {
      .epoch = 2, .epochs = 10, .done = 0.5, .mean_loss = 0.05124, .images_per_second = 181234, .seconds_left = 3.2};
  EXPECT_EQ(bar_text(state, 200),
            "epoch 2/10 [====================>                   ]  50% loss 0.0512 181.2k "
            "images/s 0:04 left");
  BarState full = state;
  full.done = 1.0;
  EXPECT_THAT(bar_text(full, 200), HasSubstr("[" + std::string(40, '=') + "] 100%"));
}

TEST(Bar, NeverLongerThanTheTerminalIsWide) {
  BarState state = {.epoch = 2, .epochs = 10, .mean_loss = 1e9, .images_per_second = 1e9, .seconds_left = 1e6};
  for (state.done = 0.0; state.done < 1.2; state.done += 0.05) {
    for (std::size_t columns = 0; columns < 150; ++columns) EXPECT_LE(bar_text(state, columns).size(), columns);
  }
}

TEST(Bar, WithoutRoomItIsLeftOut) {
  const BarState state = {.epochs = 10, .done = 0.25, .mean_loss = 1.0};
  EXPECT_EQ(bar_text(state, 30), "epoch 1/10  25% loss 1.0000");
  EXPECT_EQ(bar_text(state, 9), "epoch 1/1");
}

const EpochResult result = {.epoch = 1,
                            .train_loss = 0.2,
                            .test_loss = 0.05,
                            .test_accuracy = 0.98765,
                            .images_per_second = 181234.4,
                            .total_seconds = 1.5};

TEST(EpochText, RemarksFollowEveryAccuracy) {
  const std::string remark = accuracy_remark({.is_synthetic = true});
  EXPECT_EQ(accuracy_remark({.is_synthetic = false}), "");
  EXPECT_EQ(
      epoch_line(result, 10, remark),
      "epoch 1/10: train loss 0.2000, test loss 0.0500, test accuracy 98.77 % (synthetic digits), 181234 images/s");
  EXPECT_EQ(epoch_table({result}, remark),
            "epoch  train loss  test loss  test accuracy  images/s\n"
            "    1      0.2000     0.0500        98.77 %    181234 (synthetic digits)\n");
}

TEST(SecondsToAccuracy, AreThoseOfTheFirstEpochThatReachesIt) {
  TrainingProgress progress;
  EXPECT_LT(seconds_to_accuracy(progress, 0.99), 0.0);
  progress.results = {{.test_accuracy = 0.98, .total_seconds = 1},
                      {.test_accuracy = 0.99, .total_seconds = 2},
                      {.test_accuracy = 0.98, .total_seconds = 3},
                      {.test_accuracy = 0.995, .total_seconds = 4}};
  EXPECT_EQ(seconds_to_accuracy(progress, 0.99), 2.0);
  EXPECT_EQ(seconds_to_accuracy(progress, 0.991), 4.0);
}

// Five images of three classes: one of class 0 is taken for class 1, and there is none of class 2.
const Evaluation evaluation = {
    .count = 5, .loss = 0.25, .accuracy = 0.8, .classes = 3, .confusion = {2, 1, 0, 0, 2, 0, 0, 0, 0}};

TEST(EvaluationText, HasARowForEachLabel) {
  EXPECT_EQ(recall(evaluation, 0), 2.0 / 3.0);
  EXPECT_EQ(recall(evaluation, 1), 1.0);
  EXPECT_LT(recall(evaluation, 2), 0.0);
  EXPECT_EQ(evaluation_text(evaluation, ""),
            "loss      0.2500\n"
            "accuracy  80.00 % (4 of 5)\n"
            "\n"
            "label   taken for\n"
            "        0   1   2     recall\n"
            "    0   2   1   0    66.67 %\n"
            "    1   0   2   0   100.00 %\n"
            "    2   0   0   0  no images\n");
}

TEST(InterruptDeathTest, TheFirstSignalIsNotedTheSecondEnds) {
  for (const int second : {SIGINT, SIGTERM}) {
    const auto twice = [=] {
      const std::atomic<bool>& stop = catch_interrupts();
      if (stop) std::_Exit(1);
      std::raise(SIGINT);
      if (!stop) std::_Exit(2);
      std::raise(second);
      std::_Exit(3);
    };
    EXPECT_EXIT(twice(), ::testing::KilledBySignal(second), "");
  }
}

}  // namespace
}  // namespace nestwright
