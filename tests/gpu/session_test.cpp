// Compares LeNet-5 in training on a device with the same on the processor.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <numeric>

#include "generators/generated_kernels.h"
#include "generators/jit/compile.h"
#include "generators/kernel_interface/registry.h"
#include "model/data/synthetic_digits.h"
#include "model/device/device_session.h"
#include "model/graph/models.h"
#include "model/runtime/halide_on_openmp.h"
#include "model/runtime/training_session.h"
#include "support/error.h"
#include "tests/gpu/device.h"
#include "tests/ops/compiled_case.h"

namespace nestwright {
namespace {

constexpr std::int64_t image_count = 4096;
constexpr std::int64_t batch_size = 64;

std::vector<std::int32_t> batch(std::int64_t first, std::int64_t count) {
  std::vector<std::int32_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), static_cast<std::int32_t>(first));
  return indices;
}

// On OpenCL, kernels are compiled in the test, so that any network will do; on CUDA they are those that the build made,
// which use the session's stream.
class DeviceSessionTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (is_cuda() ? !cuda_device.is_there() : !opencl_device.is_there()) {
      GTEST_SKIP() << "no " << (is_cuda() ? cuda_device.name : opencl_device.name) << " device";
    }
  }

  static std::string target() { return GetParam(); }
  static bool is_cuda() { return target() == "cuda"; }

  static const KernelProvider& on_device() {
    if (is_cuda()) {
      static const KernelRegistry generated = [] {
        run_halide_on_openmp();
        KernelRegistry registry;
        register_generated_kernels(registry);
        return registry;
      }();
      return generated;
    }
    static const jit::Provider provider(schedules_folder(), "gpu", opencl_device.target());
    return provider;
  }
  static const jit::Provider& on_processor() {
    static const jit::Provider provider(schedules_folder(), "cpu", Halide::get_host_target());
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
                         {.target = target(), .optimizer = optimizer_defaults(optimizer)});
  }
  static TrainingSession session(const char* optimizer = "momentum") {
    return TrainingSession(find_model("lenet5"), digits(), normalisation(), on_processor(),
                           {.optimizer = optimizer_defaults(optimizer), .threads = 1});
  }

  // The relative_difference() of the gradients of a step on the first `count` images from the processor's.
  static double gradients_apart(const Model& model, std::int64_t count);
};

INSTANTIATE_TEST_SUITE_P(On, DeviceSessionTest, testing::Values("opencl", "cuda"),
                         [](const auto& info) { return std::string(info.param); });

// The Euclidean norm of a parameter's difference, divided by that of the parameter in `expected`; the largest over all
// parameters.
double relative_difference(const std::vector<NamedTensor>& actual, const std::vector<NamedTensor>& expected) {
  double worst = 0.0;
  for (std::size_t t = 0; t < expected.size(); ++t) {
    double size = 0.0, difference = 0.0;
    for (std::size_t i = 0; i < expected[t].values.size(); ++i) {
      const double value = expected[t].values[i];
      size += value * value;
      difference += (actual[t].values[i] - value) * (actual[t].values[i] - value);
    }
    EXPECT_EQ(actual[t].name, expected[t].name);
    EXPECT_GT(size, 0.0) << expected[t].name;
    worst = std::max(worst, std::sqrt(difference / size));
  }
  return worst;
}

double DeviceSessionTest::gradients_apart(const Model& model, std::int64_t count) {
  DeviceSession device(model, digits(), normalisation(), on_device(), {.target = target()});
  TrainingSession processor(model, digits(), normalisation(), on_processor(), {.threads = 1});
  const double loss = device.step(batch(0, count), 0.0) / static_cast<double>(count);
  const LossAndGradients expected = processor.loss_and_gradients(batch(0, count));
  EXPECT_NEAR(loss, expected.loss, 1e-5);
  return relative_difference(device.gradients(), expected.gradients);
}

// A network without kinks, whose gradients rounding changes no more than it changes the sums that they are made of.
const Model& smooth() {
  static const Model model = {.name = "smooth",
                              .network = {Conv2d{6, 5}, Tanh{}, AvgPool2d{2}, Conv2d{16, 5, 1, 1}, Sigmoid{},
                                          AvgPool2d{2}, Flatten{}, Linear{40}, Tanh{}, Linear{10}},
                              .padding = 0};
  return model;
}

// 300 images are 10 blocks, more than the kernels for few blocks take.
TEST_P(DeviceSessionTest, GradientsAreThoseOfTheProcessor) {
  for (const std::int64_t count : {300, 64, 17, 1}) {
    if (!is_cuda()) {
      EXPECT_LT(gradients_apart(smooth(), count), 1e-5) << count;
    }
    // Where two pixels of a window are almost equal, rounding decides which of them gets the gradient. That happens in
    // one of some 6000 windows of an image.
    EXPECT_LT(gradients_apart(find_model("lenet5"), count), 2e-2) << count;
  }
}

double largest_difference(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  double largest = 0.0;
  for (std::size_t t = 0; t < a.size(); ++t) {
    for (std::size_t i = 0; i < a[t].values.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(a[t].values[i]) - static_cast<double>(b[t].values[i])));
    }
  }
  return largest;
}

// In every state that a training goes through, from the first weights on, a step from the same weights gives the same
// loss and the same weights. (Left alone, two trainings that round differently drift apart: where windows tie and
// relus turn, a rounding decides.)
TEST_P(DeviceSessionTest, EveryStepOfATrainingIsTheProcessors) {
  DeviceSession device = device_session("momentum");
  TrainingSession processor = session("momentum");
  double first = 0.0, last = 0.0, worst_loss = 0.0, worst_weight = 0.0;
  for (std::int64_t i = 0; i < image_count / batch_size; ++i) {
    const std::vector<std::int32_t> indices = batch(i * batch_size, batch_size);
    device.set_parameters("test", processor.parameters().tensors());
    const double expected = processor.step(indices, 0.05) / batch_size;
    const double loss = device.step(indices, 0.05) / batch_size;
    worst_loss = std::max(worst_loss, std::abs(loss - expected));
    worst_weight = std::max(worst_weight, largest_difference(device.parameters(), processor.parameters().tensors()));
    if (i == 0) first = expected;
    last = expected;
  }
  std::cout << "losses from " << first << " to " << last << ": at most " << worst_loss
            << " apart, weights after a step " << worst_weight << "\n";
  EXPECT_LT(last, 0.5 * first) << "it learns";
  // A loss comes from seven layers of sums of a few hundred products of numbers around 1, each of which is rounded by
  // up to 6e-8 of itself.
  EXPECT_LT(worst_loss, 2e-5);
  // A step changes weights by 0.05 times the gradient, and by up to ten times that with its momentum.
  EXPECT_LT(worst_weight, 2e-4);
}

TEST_P(DeviceSessionTest, ATrainingOfItsOwnLearnsAsTheProcessorsDoes) {
  DeviceSession device = device_session("momentum");
  TrainingSession processor = session("momentum");
  double here_sum = 0.0, there_sum = 0.0;
  for (std::int64_t i = 0; i < image_count / batch_size; ++i) {
    const std::vector<std::int32_t> indices = batch(i * batch_size, batch_size);
    const double here = processor.step(indices, 0.05) / batch_size, there = device.step(indices, 0.05) / batch_size;
    // In the first steps, before the network learns, the two have not drifted apart.
    if (i < 10) {
      EXPECT_NEAR(there, here, 1e-3) << "step " << i;
    }
    here_sum += here;
    there_sum += there;
  }
  EXPECT_NEAR(there_sum / here_sum, 1.0, 0.05);
  const Evaluation there = device.evaluate(digits().test);
  EXPECT_GT(there.accuracy, 0.6);
  // The processor gets the same weights.
  processor.set_parameters("test", device.parameters());
  const Evaluation same = processor.evaluate(digits().test);
  EXPECT_EQ(there.confusion, same.confusion);
  EXPECT_NEAR(there.loss, same.loss, 1e-5);
}

TEST_P(DeviceSessionTest, GoesOnFromACheckpointToTheLastBit) {
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

// The batches have two sizes, and are announced, wrongly announced, or not announced at all.
TEST_P(DeviceSessionTest, LearnsTheSameFromImagesThatAreBroughtBatchByBatch) {
  DeviceSession kept = device_session("momentum");
  DeviceSession brought(find_model("lenet5"), digits(), normalisation(), on_device(),
                        {.target = target(), .optimizer = optimizer_defaults("momentum"), .most_image_bytes = 1000});
  EXPECT_TRUE(kept.keeps_images());
  EXPECT_FALSE(brought.keeps_images());
  for (std::int64_t i = 0; i < 12; ++i) {
    const std::vector<std::int32_t> indices = batch(i * 64, i % 5 == 4 ? 17 : 64);
    if (i % 3 != 2) brought.announce(batch((i + 1) * 64, i == 6 ? 33 : 64));
    EXPECT_EQ(brought.step(indices, 0.05), kept.step(indices, 0.05)) << i;
  }
  const auto expected = kept.parameters(), actual = brought.parameters();
  for (std::size_t t = 0; t < expected.size(); ++t) EXPECT_EQ(actual[t].values, expected[t].values);
  EXPECT_EQ(brought.evaluate(digits().test).confusion, kept.evaluate(digits().test).confusion);
}

TEST_P(DeviceSessionTest, StartsFromTheWeightsThatTheProcessorStartsFrom) {
  const auto expected = session().parameters().tensors();
  const auto actual = device_session().parameters();
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t t = 0; t < expected.size(); ++t) EXPECT_EQ(actual[t].values, expected[t].values);
}

TEST(Device, ThatIsNotThereIsSaidInOneLine) {
  const jit::Provider provider(schedules_folder(), "cpu", Halide::get_host_target());
  try {
    provider.device("opencl");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "--device: no opencl device is here; use --device cpu");
  }
}

}  // namespace
}  // namespace nestwright
