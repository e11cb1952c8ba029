#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace nestwright::workbench {

// What a step in a child process may use before it is ended. docs/tuning.md has the case that the two numbers end:
// Adams2019 on LeNet-5's first convolution, after two minutes and with 3.4 GB.
struct IsolationLimits {
#if defined(__SANITIZE_ADDRESS__)
  int cpu_seconds = 200;  // of processor time; ten times as many, for AddressSanitizer's checks take most of it
#else
  int cpu_seconds = 20;  // of processor time
#endif
  std::int64_t more_memory = std::int64_t{2} << 30;  // bytes of address space beyond what this process has
};

// Runs `step`, which may never return, or may end its process, in a child process. Returns an empty text where `step`
// returned, otherwise one line: the message of the exception that it threw, or the limit that it exceeded. Throws Error
// where no child process can be started.
std::string complaint_in_isolation(const std::function<void()>& step, const IsolationLimits& limits = {});

}  // namespace nestwright::workbench
