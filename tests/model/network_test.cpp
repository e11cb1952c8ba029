#include <gtest/gtest.h>

#include <numeric>

#include "model/data/synthetic_digits.h"
#include "model/runtime/training_session.h"
#include "tests/model/provider.h"
#include "tests/model/pytorch_fixture.h"

namespace nestwright {
namespace {

std::vector<std::int32_t> batch_of_step(std::int64_t step, std::int64_t batch) {
  std::vector<std::int32_t> indices(static_cast<std::size_t>(batch));
  std::iota(indices.begin(), indices.end(), static_cast<std::int32_t>(step * batch));
  return indices;
}

TrainingSession session_of(const PyTorchRun& run, const Dataset& data, const std::vector<LaneCost>& costs,
                           int threads) {
  return TrainingSession(find_model(run.model), data, pytorch_normalisation, tested_kernels(),
                         {.optimizer = run.optimizer, .threads = threads, .lane_costs = costs});
}

// Gives the session the weights that the run starts with.
void start(TrainingSession& session, const PyTorchRun& run) {
  std::vector<NamedTensor> tensors = session.parameters().tensors();
  ASSERT_EQ(tensors.size(), run.parameters.size());
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    ASSERT_EQ(tensors[t].shape, run.parameters[t].shape) << tensors[t].name;
    tensors[t].values = run.parameters[t].values;
  }
  session.set_parameters("fixture", tensors);
}

// Takes the steps of the run, and compares each with PyTorch's. The fixture's data are chosen so that no rounding
// decides which value of a pooling window is the largest; so a step that chooses another value is wrong.
void expect_pytorchs_numbers(const PyTorchRun& run, const std::vector<LaneCost>& costs, int threads) {
  const auto steps = static_cast<std::int64_t>(run.steps.size());
  const Dataset data = {.train = pytorch_images(steps, run.batch, run.data)};
  TrainingSession session = session_of(run, data, costs, threads);
  start(session, run);
  for (std::int64_t step = 0; step < steps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const std::vector<std::int32_t> batch = batch_of_step(step, run.batch);
    const PyTorchStep& expected = run.steps[static_cast<std::size_t>(step)];
    const std::vector<NamedTensor> gradients = session.loss_and_gradients(batch).gradients;
    const Deviation deviation = deviation_of(gradients, expected.gradients, run, run.step_error);
    EXPECT_LE(deviation.multiple, pytorch_slack) << deviation.where;
    const double loss = session.step(batch, run.learning_rate) / static_cast<double>(run.batch);
    EXPECT_NEAR(loss, expected.loss, pytorch_slack * std::max(run.step_error.loss, least_float32_error));
  }
  const Deviation end = deviation_of(session.parameters().tensors(), run.final_parameters, run, run.final_error);
  EXPECT_LE(end.multiple, pytorch_slack) << end.where;
}

TEST(Network, TakesPyTorchsSteps) {
  const std::vector<PyTorchRun> runs = read_pytorch_runs();
  ASSERT_FALSE(runs.empty());
  for (const PyTorchRun& run : runs) {
    for (const std::vector<LaneCost>& costs : tested_lane_costs()) {
      for (const int threads : {1, 2}) {
        SCOPED_TRACE(run.model + ", " + run.optimizer.name + ", blocks of up to " + std::to_string(costs[0].lanes) +
                     ", " + std::to_string(threads) + " threads");
        expect_pytorchs_numbers(run, costs, threads);
      }
    }
  }
}

// The weights and the sum of losses after a few steps with batches of several sizes, as a checkpoint.
Checkpoint train(const Dataset& data, const TrainingOptions& options) {
  TrainingSession session(find_model("lenet5"), data, normalisation_of(data.train), tested_kernels(), options);
  Checkpoint checkpoint;
  std::int32_t first = 0;
  for (const std::int32_t size : {64, 64, 21, 1}) {
    std::vector<std::int32_t> batch(static_cast<std::size_t>(size));
    std::iota(batch.begin(), batch.end(), first);
    first += size;
    checkpoint.progress.loss_sum += session.step(batch, 1.0);
  }
  session.save(checkpoint);
  return checkpoint;
}

TEST(Network, GivesTheSameBitsForTheSameSeedAndThreads) {
  const Dataset data = make_synthetic_digits({.train_count = 150, .test_count = 1});
  for (const int threads : {1, 2, 3}) {
    EXPECT_EQ(train(data, {.threads = threads}), train(data, {.threads = threads})) << threads << " threads";
  }
}

TEST(Network, WhenDeterministicGivesTheSameBitsForAnyNumberOfThreads) {
  const Dataset data = make_synthetic_digits({.train_count = 150, .test_count = 1});
  const Checkpoint one = train(data, {.threads = 1, .deterministic = true});
  for (const int threads : {2, 3, 5}) {
    EXPECT_EQ(train(data, {.threads = threads, .deterministic = true}), one) << threads << " threads";
  }
}

}  // namespace
}  // namespace nestwright
