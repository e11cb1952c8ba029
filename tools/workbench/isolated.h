#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace nestwright::workbench {

struct IsolationLimits {
#if defined(__SANITIZE_ADDRESS__)
  int cpu_seconds = 200;  // its own checks take most of them
#else
  int cpu_seconds = 20;
#endif
  std::int64_t more_memory = std::int64_t{2} << 30;  // bytes of address space beyond what this process has
};

// Runs `step` in a child process, for what may never end, or end the process. Empty where it returns; else one line:
// what it threw, or which limit it ran into.
std::string complaint_in_isolation(const std::function<void()>& step, const IsolationLimits& limits = {});

}  // namespace nestwright::workbench
