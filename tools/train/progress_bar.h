#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "model/training/trainer.h"

namespace nestwright {

// What the bar shows.
struct BarState {
  std::int64_t epoch = 1;
  std::int64_t epochs = 1;
  double done = 0.0;  // of this epoch, 0 to 1
  double mean_loss = 0.0;
  double images_per_second = 0.0;  // 0: not known yet
  double seconds_left = 0.0;       // of the run
};

// One line of at most `columns` characters: "epoch 2/10 [=====>    ] 51% loss 0.0512 181k images/s 0:04 left". Where
// there is too little room for the bar it is left out, then what is last is cut off.
std::string bar_text(const BarState& state, std::size_t columns);

// "0:04", "12:34", "1:02:03".
std::string duration_text(double seconds);

// A line on a terminal that is drawn over and over while training goes on.
class ProgressBar {
 public:
  // `terminal`: where to draw; null for nowhere.
  ProgressBar(std::FILE* terminal, std::int64_t epochs, std::int64_t images_an_epoch);

  // Draws at most ten times a second.
  void update(const StepReport& report);
  // Leaves the line empty, for others to write on.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::FILE* terminal_;
  std::int64_t epochs_;
  std::int64_t images_an_epoch_;
  std::int64_t epoch_ = 0;         // the one that the next two are of
  std::int64_t first_images_ = 0;  // seen at epoch_start_
  Clock::time_point epoch_start_;
  Clock::time_point last_drawn_;
  bool is_drawn_ = false;
};

}  // namespace nestwright
