#pragma once

#include <cstdint>
#include <vector>

namespace nestwright {

// How one epoch went.
struct EpochResult {
  std::int64_t epoch = 0;      // 1 for the first
  double train_loss = 0.0;     // mean over the epoch's images, each at the weights of its step
  double test_loss = 0.0;      // mean over the test images, at the epoch's end
  double test_accuracy = 0.0;  // 0 to 1
  double learning_rate = 0.0;
  double train_seconds = 0.0;      // the epoch's training steps, without testing
  double images_per_second = 0.0;  // training images, over train_seconds
  double total_seconds = 0.0;      // since the run began, data loading and testing included

  friend bool operator==(const EpochResult&, const EpochResult&) = default;
};

// How far a run is: between two steps, maybe in the middle of an epoch.
struct TrainingProgress {
  std::int64_t epochs_done = 0;
  std::int64_t steps_done = 0;       // of the epoch after those
  std::int64_t total_steps = 0;      // of the run
  double learning_rate = 0.0;        // of that epoch's steps
  double loss_sum = 0.0;             // over the images of that epoch so far
  double train_seconds = 0.0;        // spent on that epoch so far
  double total_seconds = 0.0;        // since the run began, interruptions left out
  std::vector<EpochResult> results;  // one for each epoch done

  friend bool operator==(const TrainingProgress&, const TrainingProgress&) = default;
};

}  // namespace nestwright
