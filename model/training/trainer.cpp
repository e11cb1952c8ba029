#include "model/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "model/training/epoch_order.h"
#include "support/error.h"

namespace nestwright {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void require_finite(double loss, const TrainingProgress& progress) {
  if (std::isfinite(loss)) return;
  throw Error("training", fmt::format("the loss is {} in step {} of epoch {}; a smaller learning rate may help", loss,
                                      progress.steps_done, progress.epochs_done + 1));
}

// The steps of one epoch that are left. Returns early when `stop` is set.
void take_steps(Learner& learner, const TrainingPlan& plan, TrainingProgress& progress,
                const TrainingObserver& observer, const std::atomic<bool>& stop) {
  const std::vector<std::int32_t> order = epoch_order(plan.seed, progress.epochs_done, plan.image_count);
  const std::int64_t steps = steps_of_an_epoch(plan);
  const Clock::time_point start = Clock::now();
  while (progress.steps_done < steps && !stop.load(std::memory_order_relaxed)) {
    const std::int64_t first = progress.steps_done * plan.batch_size;
    const std::int64_t count = std::min(plan.batch_size, plan.image_count - first);
    const auto batch = std::span(order).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    const auto rest = std::span(order).subspan(static_cast<std::size_t>(first + count));
    learner.announce(rest.first(std::min(rest.size(), static_cast<std::size_t>(plan.batch_size))));
    progress.loss_sum += learner.step(batch, progress.learning_rate);
    ++progress.steps_done;
    ++progress.total_steps;
    require_finite(progress.loss_sum, progress);
    if (observer.on_step) {
      const std::int64_t images = first + count;
      observer.on_step({.epoch = progress.epochs_done + 1,
                        .step = progress.steps_done,
                        .images = images,
                        .mean_loss = progress.loss_sum / static_cast<double>(images)});
    }
  }
  progress.train_seconds += seconds_since(start);
}

// Tests the weights that an epoch ended with, and turns to the next epoch.
EpochResult finish_epoch(Learner& learner, const TrainingPlan& plan, TrainingProgress& progress) {
  const TestResult test = learner.test();
  require_finite(test.loss, progress);
  constexpr double least_seconds = 1e-9;  // a clock may see no time pass in a short epoch
  const auto images = static_cast<double>(plan.image_count);
  ++progress.epochs_done;
  const EpochResult result = {.epoch = progress.epochs_done,
                              .train_loss = progress.loss_sum / images,
                              .test_loss = test.loss,
                              .test_accuracy = test.accuracy,
                              .learning_rate = progress.learning_rate,
                              .train_seconds = progress.train_seconds,
                              .images_per_second = images / std::max(progress.train_seconds, least_seconds)};
  progress.steps_done = 0;
  progress.loss_sum = 0.0;
  progress.train_seconds = 0.0;
  return result;
}

}  // namespace

std::int64_t steps_of_an_epoch(const TrainingPlan& plan) {
  return (plan.image_count + plan.batch_size - 1) / plan.batch_size;
}

bool is_progress_of(const TrainingPlan& plan, const TrainingProgress& progress) {
  const std::int64_t steps = steps_of_an_epoch(plan);
  const std::int64_t earlier = progress.total_steps - progress.steps_done;
  return progress.steps_done <= steps && earlier % steps == 0 && earlier / steps == progress.epochs_done;
}

double learning_rate_after(const TrainingPlan& plan, std::int64_t epochs_done) {
  double rate = plan.learning_rate;
  for (std::int64_t epoch = 0; epoch < epochs_done; ++epoch) rate *= plan.gamma;
  return rate;
}

TrainingOutcome train(Learner& learner, const TrainingPlan& plan, TrainingProgress& progress,
                      const TrainingObserver& observer, const std::atomic<bool>& stop) {
  if (plan.batch_size < 1) throw Error("training", "a batch has at least one image");
  if (plan.image_count < 1) throw Error("training", "there are no training images");
  const Clock::time_point start = Clock::now();
  const auto total_seconds = [&] {
    return observer.seconds_since_start ? observer.seconds_since_start() : seconds_since(start);
  };
  while (progress.epochs_done < plan.epochs) {
    progress.learning_rate = learning_rate_after(plan, progress.epochs_done);
    take_steps(learner, plan, progress, observer, stop);
    progress.total_seconds = total_seconds();
    if (stop.load()) return TrainingOutcome::stopped;
    EpochResult result = finish_epoch(learner, plan, progress);
    progress.total_seconds = result.total_seconds = total_seconds();
    progress.results.push_back(result);
    if (observer.on_epoch) observer.on_epoch(result);
  }
  return TrainingOutcome::finished;
}

}  // namespace nestwright
