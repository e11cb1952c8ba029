#include "tools/train/data_messages.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "support/message.h"
#include "support/standard_streams.h"

namespace nestwright {
namespace {

constexpr const char* back_to_an_empty_line = "\r\x1b[K";

}  // namespace

Dataset load_dataset_aloud(const std::string& source, const std::atomic<bool>& stop, DataPart part) {
  const bool is_terminal = can_redraw(STDERR_FILENO);
  const auto clear = [=] { std::fputs(is_terminal ? back_to_an_empty_line : "", stderr); };
  DataObserver observer = {.stop = &stop};
  observer.on_message = [&](const std::string& line) {
    clear();
    say(printable_complaint(line));
  };
  if (is_terminal) {
    observer.on_progress = [&](const std::string& file, std::uint64_t bytes, std::uint64_t total) {
      clear();
      const std::string all = total == 0 ? "" : fmt::format(" of {:.1f}", static_cast<double>(total) / 1e6);
      std::fputs(fmt::format("{}: {:.1f} MB{}", file, static_cast<double>(bytes) / 1e6, all).c_str(), stderr);
    };
  }
  Dataset dataset = load_dataset(source, observer, part);
  clear();
  return dataset;
}

std::string describe(const Dataset& dataset) {
  return fmt::format("{}, {} training and {} test images of {}x{}", printable(dataset.name), dataset.train.count,
                     dataset.test.count, dataset.train.width, dataset.train.height);
}

}  // namespace nestwright
