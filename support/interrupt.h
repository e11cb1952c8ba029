#pragma once

#include <atomic>

namespace nestwright {

// The exit status of a run that was stopped by Ctrl-C, as shells have it: 128 + SIGINT.
inline constexpr int interrupted_status = 130;

// From here on Ctrl-C (SIGINT) and SIGTERM only set the flag that this returns. The second one ends the program at
// once, as without this.
const std::atomic<bool>& catch_interrupts();

}  // namespace nestwright
