#pragma once

#include <atomic>

namespace nestwright {

// The exit status of a run that was stopped by Ctrl-C, as shells have it: 128 + SIGINT.
inline constexpr int interrupted_status = 130;

// After this call the first SIGINT (Ctrl-C) or SIGTERM only sets the flag that is returned. The second one ends the
// program at once, as the system does by default.
const std::atomic<bool>& catch_interrupts();

}  // namespace nestwright
