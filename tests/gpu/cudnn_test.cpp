// Checks that the rival of benchmarks on a GPU computes the same network: compares its step with PyTorch's in float64.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>

#include "bench/rivals/cudnn/cudnn_lenet.h"
#include "bench/rivals/cudnn/generated_update.h"
#include "generators/generated_kernels.h"
#include "model/device/cuda_context.h"
#include "tests/gpu/cudnn_device.h"
#include "tests/model/pytorch_fixture.h"

namespace nestwright {
namespace {

using cudnn::CudnnLenet;

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The mean cross-entropy of the logits (class, image) of 10 classes, in float64.
double mean_loss(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels) {
  double sum = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    double exponentials = 0.0;
    for (std::size_t c = 0; c < 10; ++c) exponentials += std::exp(double{logits[10 * i + c]});
    sum += std::log(exponentials) - logits[10 * i + labels[i]];
  }
  return sum / static_cast<double>(labels.size());
}

class CudnnTest : public testing::TestWithParam<cudnn::Layout> {
 protected:
  void SetUp() override {
    const CudnnDevice device = find_cudnn();
    if (!device.missing.empty()) GTEST_SKIP() << device.missing;
    stream_ = device.stream;
  }

  cuda::Stream stream_ = nullptr;
};

// The rival's network with the weights that a run of PyTorch began with, and the run's first batch.
struct Started {
  Started(const PyTorchRun& run, cudnn::Layout layout, cuda::Stream stream)
      : images(pytorch_images(1, run.batch, run.data)),
        lenet({.batch = run.batch, .layout = layout}, std::make_shared<const cudnn::Lanes>(stream)) {
    std::vector<NamedTensor> tensors = lenet.parameters();
    for (std::size_t t = 0; t < tensors.size(); ++t) tensors[t].values = run.parameters.at(t).values;
    lenet.set_parameters("fixture", tensors);
    std::vector<std::int32_t> indices(images.labels.size());
    std::iota(indices.begin(), indices.end(), 0);
    lenet.set_batch(cudnn::lenet_images(images, indices, pytorch_normalisation), images.labels);
  }

  LabelledImages images;
  CudnnLenet lenet;
};

// The fixture's data are such that no rounding decides which value of a pooling window is the largest.
void expect_pytorchs_step(const Started& started, const PyTorchRun& run) {
  const Deviation deviation = deviation_of(started.lenet.gradients(), run.steps[0].gradients, run, run.step_error);
  EXPECT_LE(deviation.multiple, pytorch_slack) << deviation.where;
  EXPECT_NEAR(mean(started.lenet.losses()), run.steps[0].loss,
              pytorch_slack * std::max(run.step_error.loss, least_float32_error));
}

// Checks an update of plain gradient descent. It may round product and sum apart or both at once.
void expect_update(const Started& started, const std::vector<NamedTensor>& before, float learning_rate) {
  const std::vector<NamedTensor> after = started.lenet.parameters(), gradients = started.lenet.gradients();
  for (std::size_t t = 0; t < before.size(); ++t) {
    for (std::size_t i = 0; i < before[t].values.size(); ++i) {
      const double from = before[t].values[i], by = double{learning_rate} * gradients[t].values[i];
      ASSERT_NEAR(after[t].values[i], from - by, 0x1p-23 * (std::abs(from) + std::abs(by))) << before[t].name;
    }
  }
}

TEST_P(CudnnTest, TakesPyTorchsFirstStep) {
  for (const PyTorchRun& run : read_pytorch_runs()) {
    if (run.model != "lenet5") continue;
    Started started(run, GetParam(), stream_);
    const std::vector<NamedTensor> before = started.lenet.parameters();
    constexpr float learning_rate = 0.05F;
    started.lenet.issue_step(learning_rate);
    expect_pytorchs_step(started, run);
    expect_update(started, before, learning_rate);
  }
}

TEST_P(CudnnTest, DoesTheSameWhenItIsRecorded) {
  const PyTorchRun run = read_pytorch_runs().at(0);
  Started started(run, GetParam(), stream_);
  const double milliseconds = cudnn::device_milliseconds(stream_, [&] { started.lenet.issue_step(0.0F); });
  EXPECT_GT(milliseconds, 0.0);
  expect_pytorchs_step(started, run);
}

TEST_P(CudnnTest, InfersTheLogitsOfItsLosses) {
  const PyTorchRun run = read_pytorch_runs().at(0);
  Started started(run, GetParam(), stream_);
  started.lenet.issue_inference();
  EXPECT_NEAR(mean_loss(started.lenet.logits(), started.images.labels), run.steps[0].loss,
              pytorch_slack * std::max(run.step_error.loss, least_float32_error));
}

// The first step of Adadelta (Zeiler), whose averages begin at zero: a division and two square roots, each with four
// roundings.
TEST_P(CudnnTest, IsUpdatedByTheGeneratedAdadelta) {
  KernelRegistry kernels;
  register_generated_kernels(kernels);
  const cuda::Stream stream = cuda::open_stream(kernels);
  const PyTorchRun run = read_pytorch_runs().at(0);
  Started started(run, GetParam(), stream);
  const std::vector<NamedTensor> before = started.lenet.parameters();
  const OptimizerOptions options = optimizer_defaults("adadelta");
  cudnn::GeneratedUpdate update(options, 1.0, started.lenet.parameter_vector(), started.lenet.gradient_vector(),
                                started.lenet.parameter_count(), kernels, stream);
  started.lenet.issue_gradients();
  update.issue();
  const std::vector<NamedTensor> after = started.lenet.parameters(), gradients = started.lenet.gradients();
  for (std::size_t t = 0; t < before.size(); ++t) {
    for (std::size_t i = 0; i < before[t].values.size(); ++i) {
      const double gradient = gradients[t].values[i], square_average = (1.0 - options.rho) * gradient * gradient;
      const double by = std::sqrt(options.epsilon) / std::sqrt(square_average + options.epsilon) * gradient;
      const double from = before[t].values[i];
      ASSERT_NEAR(after[t].values[i], from - by, 0x1p-23 * (std::abs(from) + 16 * std::abs(by))) << before[t].name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, CudnnTest, testing::Values(cudnn::Layout::nchw, cudnn::Layout::nhwc),
                         [](const auto& layout) { return layout.param == cudnn::Layout::nchw ? "NCHW" : "NHWC"; });

}  // namespace
}  // namespace nestwright
