#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace nestwright::bench {

// A candidate that its process could not go on after: it took the process or the device down, never ended, or was to be
// what others are compared with.
struct Fault {
  std::size_t kernel = 0;     // its place among the kernels
  std::size_t candidate = 0;  // and among that kernel's candidates
  std::string complaint = {};
};

// What a watched process is doing, in memory that it shares with the process that watches it.
class Progress {
 public:
  void begin(std::size_t kernel, std::size_t candidate) noexcept;
  void end() noexcept;
  // Ends this process, which can't go on after the fault of the candidate that it is at.
  [[noreturn]] void give_up(const std::string& complaint) noexcept;

  // How long the candidate has taken so far; 0 between two candidates.
  double seconds() const noexcept;
  // The candidate, with what give_up() said of it.
  Fault fault() const;

 private:
  std::atomic<std::int64_t> began_{0};  // nanoseconds of the steady clock; 0: at none
  std::size_t kernel_ = 0, candidate_ = 0;
  char complaint_[256] = {};
};

// How a watched process ended: by itself, with an exit status, or by the fault of a candidate.
struct Ending {
  int status = 0;
  std::optional<Fault> fault = {};
};

// Does `work` in a process of its own: a candidate that crashes there is a fault here, and so is one that `work` gives
// up at, or that takes longer than `most_seconds`. What `work` throws is printed, and the status is 1 instead of 0. The
// process ends with this one at the latest. To be called before this process uses the device or starts threads. Throws
// Error where no process can be started.
Ending run_watched(const std::function<void(Progress&)>& work, double most_seconds);

}  // namespace nestwright::bench
