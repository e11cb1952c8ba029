#include "model/checkpoint/checkpoint_consistency.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "support/error.h"

namespace nestwright {
namespace {

// A cross-entropy is not below zero, but its rounding may be, by this much an image at most. A choice, far above the
// rounding of float32.
constexpr double least_loss = -1e-5;
constexpr double largest_loss = std::numeric_limits<float>::max();

// The most images that a step can have taken: those of its batch, or of the largest batch if the checkpoint names none.
double images_of_a_step(const Checkpoint& checkpoint) {
  std::int64_t images = 0;
  const auto option = checkpoint.options.find("batch-size");
  if (option == checkpoint.options.end()) return static_cast<double>(most_images_of_a_batch);
  const std::string& text = option->second;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), images);
  const bool is_valid = error == std::errc{} && images >= 1 && images <= most_images_of_a_batch;
  return static_cast<double>(is_valid ? images : most_images_of_a_batch);
}

bool is_possible_loss(double loss, double images) {
  return loss >= least_loss * images && loss <= largest_loss * images;
}

// All epochs have the same number of steps, and the one under way has at most as many.
bool do_steps_fit(const TrainingProgress& progress) {
  const std::int64_t earlier = progress.total_steps - progress.steps_done;
  if (progress.epochs_done == 0) return earlier == 0;
  return earlier > 0 && earlier % progress.epochs_done == 0 && progress.steps_done <= earlier / progress.epochs_done;
}

bool is_possible(const EpochResult& result) {
  return is_possible_loss(result.train_loss, 1.0) && is_possible_loss(result.test_loss, 1.0) &&
         result.test_accuracy >= 0.0 && result.test_accuracy <= 1.0 && result.learning_rate >= 0.0 &&
         result.train_seconds >= 0.0 && result.images_per_second >= 0.0 && result.total_seconds >= 0.0;
}

}  // namespace

void require_consistent(const Checkpoint& checkpoint, const std::string& path) {
  const TrainingProgress& progress = checkpoint.progress;
  if (static_cast<std::int64_t>(progress.results.size()) != progress.epochs_done) {
    throw Error(path,
                fmt::format("is damaged: its metadata \"results\" make no sense; they are of {} epochs, and {} are "
                            "done",
                            progress.results.size(), progress.epochs_done));
  }
  if (!do_steps_fit(progress)) {
    throw Error(path, fmt::format("is damaged: {} epochs and {} steps can't be {} steps in all", progress.epochs_done,
                                  progress.steps_done, progress.total_steps));
  }
  const double images = static_cast<double>(progress.steps_done) * images_of_a_step(checkpoint);
  if (!is_possible_loss(progress.loss_sum, images)) {
    throw Error(path, fmt::format("is damaged: the losses of {} steps can't add up to {}", progress.steps_done,
                                  progress.loss_sum));
  }
  double seconds = 0.0;
  for (const EpochResult& result : progress.results) {
    if (!is_possible(result) || result.total_seconds < seconds) {
      throw Error(path, fmt::format("is damaged: its metadata \"results\" make no sense in epoch {}", result.epoch));
    }
    seconds = result.total_seconds;
  }
  if (progress.total_seconds < seconds) {
    throw Error(path, fmt::format("is damaged: the run took {} seconds, and its last epoch ended after {}",
                                  progress.total_seconds, seconds));
  }
}

}  // namespace nestwright
