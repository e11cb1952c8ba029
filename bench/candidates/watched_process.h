#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace nestwright::bench {

// A candidate that took its process down or never ended: by the places of its kernel and of itself among that kernel's.
struct Fault {
  std::size_t kernel = 0, candidate = 0;
  std::string complaint = {};
};

// What a watched process is at, told to the process that watches it.
class Progress {
 public:
  void begin(std::size_t kernel, std::size_t candidate) noexcept;
  void end() noexcept;
  // The device takes no more work from this process because of the candidate that it is at, and of no use to it.
  [[noreturn]] void give_up(const std::string& complaint) noexcept;

  // The seconds that the candidate has taken so far; 0 between two of them.
  double seconds() const noexcept;
  // That candidate, with what was said of it.
  Fault fault() const;

 private:
  std::atomic<std::int64_t> began_{0};  // nanoseconds of the steady clock; 0: at none
  std::size_t kernel_ = 0, candidate_ = 0;
  char complaint_[256] = {};
};

// How a watched process ended: by itself, with an exit status, or by a candidate's fault.
struct Ending {
  int status = 0;
  std::optional<Fault> fault = {};
};

// Does `work` in a process of its own: what hangs or crashes there, or loses the device, is a fault here. A candidate
// may take `most_seconds`. `work` returns the exit status; what it throws is printed, with status 1. The process ends
// with this one. Must be called before this process has used the device or started threads. Throws Error.
Ending run_watched(const std::function<int(Progress&)>& work, double most_seconds);

}  // namespace nestwright::bench
