#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "model/training/learner.h"
#include "model/training/progress.h"

namespace nestwright {

struct TrainingPlan {
  std::int64_t epochs = 10;
  std::int64_t batch_size = 64;
  std::int64_t image_count = 0;  // of the training set
  double learning_rate = 1.0;    // of the first epoch
  double gamma = 0.7;            // each epoch's learning rate is the one before times this
  std::uint64_t seed = 1;
};

// Where an epoch is, after one of its steps.
struct StepReport {
  std::int64_t epoch = 1;   // 1 for the first
  std::int64_t step = 0;    // of this epoch, 1 for the first
  std::int64_t images = 0;  // of this epoch, seen so far
  double mean_loss = 0.0;   // over those
};

// Who is told how training goes; both may be left empty. on_step is called after each step: it should return at once
// when nothing is to be shown.
struct TrainingObserver {
  std::function<void(const StepReport&)> on_step = {};
  std::function<void(const EpochResult&)> on_epoch = {};
  std::function<double()> seconds_since_start = {};  // for EpochResult::total_seconds; empty: since train() began
};

enum class TrainingOutcome { finished, stopped };

// Trains from `progress` on until `plan.epochs` epochs are done, and keeps `progress` up to date. In each epoch the
// images come in a new order, in batches of `plan.batch_size`; the last batch takes what is left.
//
// Once `stop` is set, returns after the step under way; called again with the same plan and progress it goes on as if
// it had never stopped, to the last bit. Throws Error when the loss is no longer finite.
TrainingOutcome train(Learner& learner, const TrainingPlan& plan, TrainingProgress& progress,
                      const TrainingObserver& observer, const std::atomic<bool>& stop);

// How many steps an epoch takes: image_count / batch_size, rounded up.
std::int64_t steps_of_an_epoch(const TrainingPlan& plan);

// Whether a run with this plan can have come this far: its epochs and steps are `total_steps`.
bool is_progress_of(const TrainingPlan& plan, const TrainingProgress& progress);

// The learning rate after `epochs_done` epochs, as PyTorch's StepLR(step_size=1, gamma) gives it.
double learning_rate_after(const TrainingPlan& plan, std::int64_t epochs_done);

}  // namespace nestwright
