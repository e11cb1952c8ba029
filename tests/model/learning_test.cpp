#include <gtest/gtest.h>

#include <cstdlib>

#include "model/data/data_source.h"
#include "model/data/synthetic_digits.h"
#include "model/runtime/training_session.h"
#include "model/training/trainer.h"
#include "tests/model/provider.h"

namespace nestwright {
namespace {

// The test accuracy after `epochs` epochs with the trainer's defaults: Adadelta, learning rate 1, batches of 64.
double accuracy_after(const std::string& model, const Dataset& data, std::int64_t epochs) {
  TrainingSession session(find_model(model), data, normalisation_of(data.train), tested_kernels());
  TrainingProgress progress;
  const std::atomic<bool> never = false;
  train(session, {.epochs = epochs, .image_count = data.train.count}, progress, {}, never);
  return progress.results.back().test_accuracy;
}

TEST(Learning, ReadsSyntheticDigits) {
  const Dataset data = make_synthetic_digits({.train_count = 6000, .test_count = 1000});
  EXPECT_GE(accuracy_after("lenet5", data, 3), 0.95);
  EXPECT_GE(accuracy_after("lenet_caffe", data, 2), 0.95);
}

TEST(Learning, ReadsMnist) {
  const char* folder = std::getenv("NESTWRIGHT_MNIST");
  if (folder == nullptr) GTEST_SKIP() << "NESTWRIGHT_MNIST names no folder";
  EXPECT_GE(accuracy_after("lenet5", load_dataset(folder), 1), 0.97);
}

}  // namespace
}  // namespace nestwright
