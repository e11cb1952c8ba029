#include "model/runtime/training_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "model/runtime/required_kernels.h"
#include "support/error.h"
#include "tests/model/bars.h"
#include "tests/model/reference_provider.h"

namespace nestwright {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const Normalisation normalisation = {.mean = 0.4F, .deviation = 0.25F};

std::vector<std::int32_t> indices(std::int32_t first, std::int32_t count) {
  std::vector<std::int32_t> result(static_cast<std::size_t>(count));
  std::iota(result.begin(), result.end(), first);
  return result;
}

template <typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

class TrainingSessionTest : public ::testing::Test {
 protected:
  TrainingSession session(const Model& model, const TrainingOptions& options) {
    return TrainingSession(model, data, normalisation, kernels, options);
  }
  TrainingSession session(const Model& model) { return session(model, one_thread); }

  // The weights and optimiser state after some steps with batches of different sizes.
  Checkpoint train(const TrainingOptions& options, const std::vector<std::int32_t>& batch_sizes = {21, 40, 3}) {
    TrainingSession trained = session(fused_layers(), options);
    Checkpoint checkpoint;
    std::int32_t first = 0;
    for (const std::int32_t size : batch_sizes) {
      checkpoint.progress.loss_sum += trained.step(indices(first, size), 0.1);
      first += size;
    }
    trained.save(checkpoint);
    return checkpoint;
  }

  const TrainingOptions one_thread = {.threads = 1};
  Dataset data = bars(80);
  ReferenceProvider kernels;
};

// The gradient of one parameter, by central differences of the loss. The step is small because relu and max-pooling
// have kinks.
double difference_quotient(TrainingSession& session, std::size_t tensor, std::size_t element,
                           const std::vector<std::int32_t>& batch) {
  constexpr float step = 1e-3F;
  const std::vector<NamedTensor> start = session.parameters().tensors();
  std::vector<NamedTensor> moved = start;
  double losses[2];
  for (int side = 0; side < 2; ++side) {
    moved[tensor].values[element] = start[tensor].values[element] + (side == 0 ? -step : step);
    session.set_parameters("test", moved);
    losses[side] = session.loss_and_gradients(batch).loss;
  }
  session.set_parameters("test", start);
  return (losses[1] - losses[0]) / (2.0 * step);
}

void expect_gradients_are_difference_quotients(TrainingSession& session) {
  const std::vector<std::int32_t> batch = indices(0, 3);
  const std::vector<NamedTensor> gradients = session.loss_and_gradients(batch).gradients;
  double largest = 0.0;
  for (std::size_t tensor = 0; tensor < gradients.size(); ++tensor) {
    const std::size_t count = gradients[tensor].values.size();
    for (std::size_t element = 0; element < count; element += 1 + count / 5) {
      const double gradient = gradients[tensor].values[element];
      largest = std::max(largest, std::abs(gradient));
      // The loss is known to about 3e-7; over twice the step that makes 1.5e-4.
      EXPECT_NEAR(gradient, difference_quotient(session, tensor, element, batch), 3e-4)
          << gradients[tensor].name << " " << element;
    }
  }
  EXPECT_GT(largest, 0.05) << "or the tolerance means nothing";
}

TEST_F(TrainingSessionTest, GradientsOfEveryLayerAreDifferenceQuotients) {
  TrainingSession every = session(every_layer());
  expect_gradients_are_difference_quotients(every);
}

TEST_F(TrainingSessionTest, GradientsOfFusedLayersAreDifferenceQuotients) {
  TrainingSession fused = session(fused_layers());
  expect_gradients_are_difference_quotients(fused);
}

TEST_F(TrainingSessionTest, ABatchOfAnySizeIsTheMeanOfItsImages) {
  TrainingSession alone = session(fused_layers());
  TrainingSession blocks = session(fused_layers(), {.threads = 2});
  for (const std::int32_t size : {1, 2, 5, 8, 13, 16, 17, 37, 52}) {
    LossAndGradients mean;
    for (std::int32_t i = 0; i < size; ++i) {
      const LossAndGradients one = alone.loss_and_gradients(indices(i, 1));
      mean.loss += one.loss / size;
      if (i == 0) mean.gradients = one.gradients;
      for (std::size_t t = 0; i > 0 && t < one.gradients.size(); ++t) {
        for (std::size_t e = 0; e < one.gradients[t].values.size(); ++e) {
          mean.gradients[t].values[e] += one.gradients[t].values[e];
        }
      }
    }
    const LossAndGradients batch = blocks.loss_and_gradients(indices(0, size));
    EXPECT_NEAR(batch.loss, mean.loss, 1e-6) << size;
    for (std::size_t t = 0; t < batch.gradients.size(); ++t) {
      for (std::size_t e = 0; e < batch.gradients[t].values.size(); ++e) {
        ASSERT_NEAR(batch.gradients[t].values[e], mean.gradients[t].values[e] / static_cast<float>(size), 1e-6)
            << size << " images, " << batch.gradients[t].name;
      }
    }
  }
}

TEST_F(TrainingSessionTest, AStepGoesAgainstTheGradient) {
  TrainingOptions options = {.optimizer = optimizer_defaults("sgd"), .threads = 2};
  TrainingSession sgd = session(fused_layers(), options);
  const std::vector<NamedTensor> before = sgd.parameters().tensors();
  for (int repeat = 0; repeat < 2; ++repeat) {  // gradients do not pile up
    sgd.set_parameters("test", before);
    const LossAndGradients expected = sgd.loss_and_gradients(indices(0, 40));
    const double loss = sgd.step(indices(0, 40), 0.5);
    EXPECT_NEAR(loss, 40.0 * expected.loss, 1e-12);
    const std::vector<NamedTensor> after = sgd.parameters().tensors();
    for (std::size_t t = 0; t < before.size(); ++t) {
      for (std::size_t e = 0; e < before[t].values.size(); ++e) {
        ASSERT_NEAR(after[t].values[e], before[t].values[e] - 0.5F * expected.gradients[t].values[e], 1e-6);
      }
    }
  }
}

TEST_F(TrainingSessionTest, LearnsToTellTheBarsApart) {
  TrainingSession learner = session(fused_layers(), {.threads = 2});
  const double first = learner.step(indices(0, 80), 1.0);
  double last = first;
  for (int step = 0; step < 60; ++step) last = learner.step(indices(0, 80), 1.0);
  EXPECT_LT(last, 0.2 * first);
  EXPECT_GE(learner.test().accuracy, 0.9);
}

TEST_F(TrainingSessionTest, TheSameSeedAndThreadsGiveTheSameBits) {
  for (const int threads : {1, 2, 3}) {
    const TrainingOptions options = {.seed = 3, .threads = threads};
    EXPECT_EQ(train(options), train(options)) << threads << " threads";
  }
  EXPECT_NE(train({.seed = 3, .threads = 1}).parameters, train({.seed = 4, .threads = 1}).parameters);
}

TEST_F(TrainingSessionTest, WhenDeterministicAnyNumberOfThreadsGivesTheSameBits) {
  const std::vector<std::int32_t> batch_sizes = {70, 3, 7};
  const Checkpoint one = train({.threads = 1, .deterministic = true}, batch_sizes);
  for (const int threads : {2, 3, 5, 9}) {
    EXPECT_EQ(train({.threads = threads, .deterministic = true}, batch_sizes), one) << threads << " threads";
  }
}

TEST_F(TrainingSessionTest, GoesOnFromACheckpointToTheLastBit) {
  for (const std::string& name : optimizer_names()) {
    TrainingOptions options = {.optimizer = optimizer_defaults(name), .threads = 2};
    TrainingSession whole = session(fused_layers(), options);
    for (int step = 0; step < 3; ++step) whole.step(indices(step, 20), 0.1);
    Checkpoint checkpoint;
    checkpoint.progress.total_steps = 3;
    whole.save(checkpoint);
    TrainingSession resumed = session(fused_layers(), options);
    resumed.restore("test", checkpoint);
    for (int step = 0; step < 2; ++step) {
      EXPECT_EQ(whole.step(indices(step, 30), 0.1), resumed.step(indices(step, 30), 0.1)) << name;
    }
    Checkpoint expected, actual;
    whole.save(expected);
    resumed.save(actual);
    EXPECT_EQ(actual, expected) << name;
    EXPECT_NE(actual.parameters, checkpoint.parameters) << name;
  }
}

TEST_F(TrainingSessionTest, RefusesACheckpointOfAnotherRun) {
  Checkpoint checkpoint;
  session(fused_layers()).save(checkpoint);
  TrainingSession other = session(every_layer());
  EXPECT_EQ(message_of([&] { other.restore("file", checkpoint); }), "file: its model is fused_layers, not every_layer");
  TrainingSession adam = session(fused_layers(), {.optimizer = optimizer_defaults("adam"), .threads = 1});
  EXPECT_EQ(message_of([&] { adam.restore("file", checkpoint); }), "file: its optimizer is adadelta, not adam");
  TrainingSession same = session(fused_layers());
  const std::vector<NamedTensor> before = same.parameters().tensors();
  checkpoint.parameters[0].values[0] += 1.0F;
  checkpoint.optimizer_state.pop_back();
  EXPECT_THAT(message_of([&] { same.restore("file", checkpoint); }), HasSubstr("file: lacks the tensor"));
  EXPECT_EQ(same.parameters().tensors(), before) << "nothing changes when something is wrong";
}

TEST_F(TrainingSessionTest, EvaluatesEveryImageOnceOnAnyNumberOfThreads) {
  Evaluation first;
  for (const int threads : {1, 2, 5}) {
    TrainingSession trained = session(fused_layers(), {.threads = threads, .deterministic = true});
    for (int step = 0; step < 5; ++step) trained.step(indices(0, 80), 1.0);
    const Evaluation evaluation = trained.evaluate(data.test);
    EXPECT_EQ(evaluation.count, 37);
    EXPECT_EQ(std::accumulate(evaluation.confusion.begin(), evaluation.confusion.end(), std::int64_t{0}), 37);
    double correct = 0.0;
    for (std::size_t c = 0; c < 4; ++c) correct += static_cast<double>(evaluation.confusion[c * 4 + c]);
    EXPECT_DOUBLE_EQ(evaluation.accuracy, correct / 37.0);
    for (std::uint8_t label = 0; label < 4; ++label) {
      const auto row = evaluation.confusion.begin() + std::ptrdiff_t{4} * label;
      EXPECT_EQ(std::accumulate(row, row + 4, std::int64_t{0}), std::ranges::count(data.test.labels, label));
    }
    if (threads == 1) first = evaluation;
    EXPECT_EQ(evaluation.loss, first.loss);
    EXPECT_EQ(evaluation.confusion, first.confusion);
  }
}

TEST_F(TrainingSessionTest, EvaluationAgreesWithPrediction) {
  Parameters parameters(fused_layers(), {.width = 8, .height = 9}, 1);
  InferenceSession inference(fused_layers(), {.width = 8, .height = 9}, parameters, normalisation, kernels, 2);
  std::vector<float> logits(148);
  inference.predict(data.test, indices(0, 37), logits);
  double loss = 0.0, correct = 0.0;
  for (std::size_t i = 0; i < 37; ++i) {
    const auto image = std::span(logits).subspan(i * 4, 4);
    double sum = 0.0;
    for (const float logit : image) sum += std::exp(logit);
    loss += std::log(sum) - image[data.test.labels[i]];
    correct += std::ranges::max_element(image) - image.begin() == data.test.labels[i];
  }
  const Evaluation evaluation = inference.evaluate(data.test);
  EXPECT_NEAR(evaluation.loss, loss / 37.0, 1e-6);
  EXPECT_DOUBLE_EQ(evaluation.accuracy, correct / 37.0);
  std::vector<float> one(4);
  inference.predict(data.test, indices(36, 1), one);
  for (std::size_t c = 0; c < 4; ++c) EXPECT_NEAR(one[c], logits[144 + c], 1e-6);
}

TEST_F(TrainingSessionTest, RefusesWhatIsNotThere) {
  TrainingSession valid = session(fused_layers());
  EXPECT_EQ(message_of([&] { valid.step(indices(78, 3), 0.1); }), "images: there is no image 80 among 80");
  EXPECT_EQ(message_of([&] { valid.step(indices(-1, 3), 0.1); }), "images: there is no image -1 among 80");
  EXPECT_EQ(message_of([&] { valid.step({}, 0.1); }), "images: a batch has at least one");
  data.train.labels[7] = 4;
  EXPECT_EQ(message_of([&] { session(fused_layers()); }), "images: have a label 4; the network's 4 classes are 0 to 3");
  data.test.width = 9;
  data.test.height = 8;
  EXPECT_THAT(message_of([&] { valid.test(); }), HasSubstr("images: are 9x8; the network was made for 8x9"));
  EXPECT_THAT(message_of([&] { session(fused_layers(), {.threads = -1}); }), HasSubstr("threads: -1"));
  EXPECT_EQ(message_of([] { optimizer_defaults("adamx"); }), "optimizer: no optimizer 'adamx'; did you mean 'adam'?");
}

TEST_F(TrainingSessionTest, SaysWhichKernelFailedAndWhy) {
  TrainingSession failing = session(fused_layers(), {.threads = 2});
  const std::vector<NamedTensor> before = failing.parameters().tensors();
  const LossAndGradients expected = failing.loss_and_gradients(indices(0, 40));
  for (const std::string op : {"linear_relu", "linear_bias_gradient", "adadelta"}) {
    kernels.break_operator(op, "Input buffer weight is not\naligned");
    EXPECT_THAT(message_of([&] { failing.step(indices(0, 40), 0.1); }),
                AllOf(HasSubstr("fused_layers: kernel " + op + " reference ["),
                      HasSubstr("failed with code -13: Input buffer weight is not aligned")));
  }
  kernels.mend();
  failing.set_parameters("test", before);
  EXPECT_EQ(failing.loss_and_gradients(indices(0, 40)).gradients, expected.gradients) << "nothing is left over";
}

TEST_F(TrainingSessionTest, NeedsNoKernelThatIsNotListed) {
  const Model model = find_model("lenet5");
  std::vector<RequiredKernel> required = required_kernels(model, {});
  Dataset digits = {.train = {.count = 1, .width = 28, .height = 28}};
  digits.train.pixels.resize(784);
  digits.train.labels.resize(1);
  digits.test = digits.train;
  for (const std::string& optimizer : optimizer_names()) {
    TrainingSession trained(model, digits, {}, kernels, {.optimizer = optimizer_defaults(optimizer), .threads = 1});
  }
  Parameters parameters(model, {}, 1);
  ProgramPool training(model, {}, Purpose::training, kernels, parameters, 1);
  for (const std::int32_t lanes : {16, 8, 1}) training.prepare(lanes);
  for (const auto& [op, shape] : kernels.requests()) {
    EXPECT_THAT(required, ::testing::Contains(RequiredKernel{op, shape}));
  }
  for (std::size_t i = 0; i < required.size(); ++i) {
    EXPECT_EQ(std::ranges::count(required, required[i]), 1) << required[i].op;
  }
}

TEST_F(TrainingSessionTest, ReportsItsMemory) {
  const MemoryReport report = session(fused_layers(), {.threads = 3}).memory();
  EXPECT_LT(report.planned, report.sum_of_all);
  EXPECT_EQ(report.workers, 3);
  EXPECT_EQ(report.partial_gradients, 3 * report.parameters);
  EXPECT_EQ(report.optimizer_state, 2 * report.parameters) << "adadelta's two vectors";
}

}  // namespace
}  // namespace nestwright
