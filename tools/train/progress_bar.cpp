#include "tools/train/progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cmath>

namespace nestwright {
namespace {

// Columns of the bar between its brackets; a narrower one is left out. Both are choices.
constexpr std::size_t widest_bar = 40;
constexpr std::size_t narrowest_bar = 8;

// The columns of a terminal that does not tell how many it has.
constexpr std::size_t usual_columns = 80;

// How long a drawn line stays, at least: a choice.
constexpr std::chrono::milliseconds least_interval(100);
constexpr const char* back_to_an_empty_line = "\r\x1b[K";

std::size_t columns_of(std::FILE* terminal) {
  winsize size{};
  if (ioctl(fileno(terminal), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

std::string bar(double done, std::size_t width) {
  const auto filled = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * static_cast<double>(width));
  std::string text(filled, '=');
  if (filled < width) text += '>';
  text.resize(width, ' ');
  return fmt::format("[{}] ", text);
}

}  // namespace

std::string duration_text(double seconds) {
  constexpr double most_seconds = 1e9;  // 32 years: far longer than any run
  const auto whole = static_cast<std::int64_t>(std::ceil(std::clamp(seconds, 0.0, most_seconds)));
  const std::int64_t minutes = whole / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, whole % 60);
}

std::string bar_text(const BarState& state, std::size_t columns) {
  const std::string front = fmt::format("epoch {}/{} ", state.epoch, state.epochs);
  std::string back = fmt::format("{:3.0f}% loss {:.4f}", 100.0 * state.done, state.mean_loss);
  if (state.images_per_second > 0.0) {
    back +=
        fmt::format(" {:.1f}k images/s {} left", state.images_per_second / 1000.0, duration_text(state.seconds_left));
  }
  const std::size_t frame = 3;  // characters around the bar: two brackets and a space
  const std::size_t taken = front.size() + back.size() + frame;
  const std::size_t width = columns > taken ? std::min(columns - taken, widest_bar) : 0;
  return (front + (width >= narrowest_bar ? bar(state.done, width) : "") + back).substr(0, columns);
}

ProgressBar::ProgressBar(std::FILE* terminal, std::int64_t epochs, std::int64_t images_an_epoch)
    : terminal_(terminal), epochs_(epochs), images_an_epoch_(images_an_epoch) {}

void ProgressBar::update(const StepReport& report) {
  if (terminal_ == nullptr) return;
  const Clock::time_point now = Clock::now();
  if (report.epoch != epoch_) {
    epoch_ = report.epoch;
    first_images_ = report.images;
    epoch_start_ = now;
  }
  if (is_drawn_ && now - last_drawn_ < least_interval) return;
  BarState state = {.epoch = report.epoch,
                    .epochs = epochs_,
                    .done = static_cast<double>(report.images) / static_cast<double>(images_an_epoch_),
                    .mean_loss = report.mean_loss};
  const std::chrono::duration<double> elapsed = now - epoch_start_;
  if (report.images > first_images_ && elapsed.count() > 0.0) {
    const std::int64_t left = (epochs_ - report.epoch + 1) * images_an_epoch_ - report.images;
    state.images_per_second = static_cast<double>(report.images - first_images_) / elapsed.count();
    state.seconds_left = static_cast<double>(left) / state.images_per_second;
  }
  // The last column stays free: writing there moves some terminals to the next line.
  // A terminal may be gone; then there is nobody to show the bar to, and training goes on.
  std::fputs((back_to_an_empty_line + bar_text(state, columns_of(terminal_) - 1)).c_str(), terminal_);
  std::fflush(terminal_);
  last_drawn_ = now;
  is_drawn_ = true;
}

void ProgressBar::clear() {
  if (!is_drawn_) return;
  std::fputs(back_to_an_empty_line, terminal_);
  is_drawn_ = false;
}

}  // namespace nestwright
