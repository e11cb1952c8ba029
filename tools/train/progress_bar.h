#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "model/training/trainer.h"

namespace nestwright {

// The numbers that the bar shows.
struct BarState {
  std::int64_t epoch = 1;
  std::int64_t epochs = 1;
  double done = 0.0;  // the share of this epoch that is done, 0 to 1
  double mean_loss = 0.0;
  double images_per_second = 0.0;  // 0 where it is not known yet
  double seconds_left = 0.0;       // until the end of the run
};

// The bar as a line of at most `columns` characters, such as
// "epoch 2/10 [=====>    ] 51% loss 0.0512 181.0k images/s 0:04 left". Where there is too little room, the bar in
// brackets is left out, and the end of a line that is still too long is cut off.
std::string bar_text(const BarState& state, std::size_t columns);

// A duration as minutes and seconds, with hours if there are any: "0:04", "12:34", "1:02:03". Seconds are rounded up.
std::string duration_text(double seconds);

// A line on a terminal that is drawn again and again while training goes on.
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
  std::int64_t epoch_ = 0;         // the epoch in which the next two members were set
  std::int64_t first_images_ = 0;  // images that this epoch had already seen at epoch_start_
  Clock::time_point epoch_start_;
  Clock::time_point last_drawn_;
  bool is_drawn_ = false;
};

}  // namespace nestwright
