#pragma once

#include <atomic>

namespace nestwright {

// From here on Ctrl-C (SIGINT) and SIGTERM only set the flag that this returns. The second one ends the program at
// once, as without this.
const std::atomic<bool>& catch_interrupts();

}  // namespace nestwright
