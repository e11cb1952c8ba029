// LeNet-5 in training on a device, beside the same on the processor.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "error/error.h"
#include "jit/compile.h"
#include "model/data/synthetic_digits.h"
#include "model/device/device_session.h"
#include "model/graph/models.h"
#include "model/runtime/training_session.h"
#include "tests/gpu/device.h"

namespace nestwright {
namespace {

constexpr std::int64_t image_count = 2048;
constexpr std::int64_t batch_size = 64;

std::vector<std::int32_t> batch(std::int64_t first, std::int64_t count) {
  std::vector<std::int32_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), static_cast<std::int32_t>(first));
  return indices;
}

class DeviceSessionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!opencl.is_there()) GTEST_SKIP() << "no OpenCL device";
  }

  static const jit::Provider& on_device() {
    static const jit::Provider provider(NESTWRIGHT_SCHEDULES_FOLDER, "gpu", opencl.target());
    return provider;
  }
  static const jit::Provider& on_processor() {
    static const jit::Provider provider(NESTWRIGHT_SCHEDULES_FOLDER, "cpu", Halide::get_host_target());
    return provider;
  }
  static const Dataset& digits() {
    static const Dataset dataset = make_synthetic_digits({.train_count = image_count, .test_count = 500, .seed = 3});
    return dataset;
  }
  static const Normalisation& normalisation() {
    static const Normalisation found = normalisation_of(digits().train);
    return found;
  }

  static DeviceSession device_session(const char* optimizer = "momentum") {
    return DeviceSession(find_model("lenet5"), digits(), normalisation(), on_device(),
                         {.target = "opencl", .optimizer = optimizer_defaults(optimizer)});
  }
  static TrainingSession session(const char* optimizer = "momentum") {
    return TrainingSession(find_model("lenet5"), digits(), normalisation(), on_processor(),
                           {.optimizer = optimizer_defaults(optimizer), .threads = 1});
  }
};

TEST_F(DeviceSessionTest, GradientsAreThoseOfTheProcessor) {
  for (const std::int64_t count : {64, 17, 1}) {
    SCOPED_TRACE(count);
    DeviceSession device = device_session();
    TrainingSession processor = session();
    const double loss = device.step(batch(0, count), 0.0) / static_cast<double>(count);
    const LossAndGradients expected = processor.loss_and_gradients(batch(0, count));
    EXPECT_NEAR(loss, expected.loss, 1e-5);
    const std::vector<NamedTensor> gradients = device.gradients();
    ASSERT_EQ(gradients.size(), expected.gradients.size());
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      double largest = 0.0, error = 0.0;
      for (std::size_t i = 0; i < gradients[t].values.size(); ++i) {
        const double value = expected.gradients[t].values[i];
        largest = std::max(largest, std::abs(value));
        error = std::max(error, std::abs(gradients[t].values[i] - value));
      }
      EXPECT_EQ(gradients[t].name, expected.gradients[t].name);
      EXPECT_GT(largest, 0.0) << gradients[t].name;
      // Sums of up to 64 x 784 products in another order, of numbers that are themselves such sums.
      EXPECT_LE(error, 1e-4 * largest) << gradients[t].name;
    }
  }
}

TEST_F(DeviceSessionTest, LossesFollowTheProcessors) {
  DeviceSession device = device_session();
  TrainingSession processor = session();
  double first = 0.0, last = 0.0;
  for (std::int64_t i = 0; i < image_count / batch_size; ++i) {
    const double expected = processor.step(batch(i * batch_size, batch_size), 0.02) / batch_size;
    const double loss = device.step(batch(i * batch_size, batch_size), 0.02) / batch_size;
    // Rounding differs, and each step hands on what the one before made of it.
    EXPECT_NEAR(loss, expected, 2e-4 * std::pow(1.15, i)) << "step " << i;
    if (i == 0) first = loss;
    last = loss;
  }
  EXPECT_LT(last, 0.8 * first) << "it learns";
  const Evaluation here = processor.evaluate(digits().test), there = device.evaluate(digits().test);
  EXPECT_NEAR(there.accuracy, here.accuracy, 0.02);
  EXPECT_GT(there.accuracy, 0.3);
}

TEST_F(DeviceSessionTest, GoesOnFromACheckpointToTheLastBit) {
  DeviceSession whole = device_session("adam"), begun = device_session("adam"), resumed = device_session("adam");
  Checkpoint checkpoint;
  for (std::int64_t i = 0; i < 4; ++i) whole.step(batch(i * 40, 40), 0.001);
  for (std::int64_t i = 0; i < 2; ++i) begun.step(batch(i * 40, 40), 0.001);
  begun.save(checkpoint);
  checkpoint.progress.total_steps = 2;
  resumed.restore("test", checkpoint);
  for (std::int64_t i = 2; i < 4; ++i) resumed.step(batch(i * 40, 40), 0.001);
  const auto expected = whole.parameters(), actual = resumed.parameters();
  for (std::size_t t = 0; t < expected.size(); ++t) EXPECT_EQ(actual[t].values, expected[t].values);
}

TEST_F(DeviceSessionTest, StartsFromTheWeightsThatTheProcessorStartsFrom) {
  const auto expected = session().parameters().tensors();
  const auto actual = device_session().parameters();
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t t = 0; t < expected.size(); ++t) EXPECT_EQ(actual[t].values, expected[t].values);
}

TEST(Device, ThatIsNotThereIsSaidInOneLine) {
  const jit::Provider provider(NESTWRIGHT_SCHEDULES_FOLDER, "cpu", Halide::get_host_target());
  try {
    provider.device("opencl");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "--device: no opencl device is here; use --device cpu");
  }
}

}  // namespace
}  // namespace nestwright
