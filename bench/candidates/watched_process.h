#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace nestwright::bench {

// A candidate after which its process can't go on: it crashed, hung or lost the device, or it failed as the schedule
// that ships, with which the kernel's other candidates would be compared.
struct Fault {
  std::size_t kernel = 0;      // the index of its kernel among all kernels
  std::size_t candidate = 0;   // its index among that kernel's candidates
  std::string complaint = {};  // what went wrong
};

// What a watched process is doing. It lies in memory that this process shares with the one that watches it.
class Progress {
 public:
  // Called before a candidate is timed, and after it.
  void begin(std::size_t kernel, std::size_t candidate) noexcept;
  void end() noexcept;
  // Ends this process, which can't go on after what the present candidate did: `complaint`.
  [[noreturn]] void give_up(const std::string& complaint) noexcept;

  // The seconds that the present candidate has taken so far; 0 between two candidates.
  double seconds() const noexcept;
  // The present candidate, with the complaint that give_up() was called with.
  Fault fault() const;

 private:
  std::atomic<std::int64_t> began_{0};  // the present candidate, in nanoseconds of the steady clock; 0: there is none
  std::size_t kernel_ = 0, candidate_ = 0;
  char complaint_[256] = {};  // shared memory can't hold a string: a longer complaint is cut off
};

// How a watched process ended: by itself, with an exit status, or by the fault of a candidate.
struct Ending {
  int status = 0;
  std::optional<Fault> fault = {};
};

// Calls `work` in a process of its own, and waits for its end. The ending is a fault where the process crashes at a
// candidate, gives up at one, or takes longer than `most_seconds` for one; it is then killed. What `work` throws is
// printed, and the status is 1 instead of 0. The process ends when this one does, at the latest. Must be called before
// this process uses the device or starts threads: a forked process can use neither. Throws Error where no process can
// be started.
Ending run_watched(const std::function<void(Progress&)>& work, double most_seconds);

}  // namespace nestwright::bench
